#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"
#include "model/architecture.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

using testing::HasSubstr;

constexpr const char* kOlder = "config.old.json";

// transformers 4.57 takes 10000 if the base is left out, 5.24 takes 500000; and 5.24 takes 500000 in layers with a
// window whatever the older key says.
TEST(Olmo3, ABaseOnWhichVersionsDifferIsRefused) {
  EXPECT_THAT(test::refusal("tiny-olmo3", {{"rope_theta", nullptr}}, kOlder), HasSubstr("'rope_theta' is not 500000"));
  EXPECT_THAT(test::refusal("tiny-olmo3", {{"rope_theta", 10000.0}}, kOlder), HasSubstr("'rope_theta' is not 500000"));
  const Json base = {{"rope_parameters", {{"sliding_attention", {{"rope_theta", 10000.0}}}}}};
  EXPECT_EQ(test::changed("tiny-olmo3", base).local_rope->theta, 10000);
}

/// A file as llama.cpp's converter writes for OLMo 3, with what a configuration is read from.
ModelConfig config_of_gguf(std::uint32_t window, float base = 0) {
  test::GgufWriter file;
  file.add("general.architecture", "olmo2");
  for (const auto& [key, value] : {std::pair{"block_count", 4U},
                                   {"attention.head_count", 2U},
                                   {"embedding_length", 128U},
                                   {"feed_forward_length", 256U},
                                   {"context_length", 8192U},
                                   {"rope.scaling.original_context_length", 1024U}})
    file.add("olmo2." + std::string(key), value);
  file.add("olmo2.attention.sliding_window", window);
  file.add("olmo2.attention.layer_norm_rms_epsilon", 1e-6f);
  file.add("olmo2.rope.scaling.type", "yarn").add("olmo2.rope.scaling.factor", 8.0f);
  if (base > 0) file.add("olmo2.rope.freq_base_swa", base);
  file.add_tensor("token_embd.weight", {2, 128}, std::vector<float>(256));
  const test::TempDir dir;
  file.write(dir / "model.gguf");
  const auto checkpoint = open_checkpoint(dir / "model.gguf");
  return find_architecture(*checkpoint).read_config(*checkpoint, {});
}

TEST(Olmo3, GgufFilesScaleOnlyLayersWithoutAWindowHoweverLongItIs) {
  for (const std::uint32_t window : {4096U, 16384U}) {
    const ModelConfig c = config_of_gguf(window);
    for (std::int64_t l = 0; l < 4; ++l) EXPECT_EQ(c.window(l), l == 3 ? 0 : window) << l;
    EXPECT_EQ(c.rope.type, "yarn");
    EXPECT_EQ(c.local_rope->type, "default");
  }
}

TEST(Olmo3, GgufFilesMayNameTheBaseOfLayersWithAWindow) {
  EXPECT_EQ(config_of_gguf(4096).local_rope->theta, 10000);
  EXPECT_EQ(config_of_gguf(4096, 20000).local_rope->theta, 20000);
  EXPECT_EQ(config_of_gguf(4096, 20000).rope.theta, 10000);
}

}  // namespace
}  // namespace partwise::internal
