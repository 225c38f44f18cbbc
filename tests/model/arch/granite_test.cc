#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"
#include "model/architecture.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

using testing::Each;

// ibm-granite/granite-3.3-2b-instruct: what its config.json has beside sizes.
TEST(Granite, PublishedKeysChangeNothing) {
  const Json published = {{"attention_bias", false},
                          {"attention_dropout", 0.0},
                          {"mlp_bias", false},
                          {"rope_scaling", nullptr},
                          {"embedding_multiplier", 12}};
  EXPECT_EQ(test::changed("tiny-granite", published, "config.old.json").embed_scale, 12);
}

test::GgufWriter granite_file() {
  test::GgufWriter file;
  file.add("general.architecture", "granite");
  for (const auto& [key, value] : {std::pair{"block_count", 2U},
                                   {"attention.head_count", 2U},
                                   {"embedding_length", 128U},
                                   {"feed_forward_length", 256U},
                                   {"context_length", 4096U}})
    file.add("granite." + std::string(key), value);
  file.add("granite.attention.layer_norm_rms_epsilon", 1e-5f).add("granite.logit_scale", 8.0f);
  file.add_tensor("token_embd.weight", {2, 128}, std::vector<float>(256));
  return file;
}

ModelConfig config_of(const test::GgufWriter& file) {
  const test::TempDir dir;
  file.write(dir / "model.gguf");
  const auto checkpoint = open_checkpoint(dir / "model.gguf");
  return find_architecture(*checkpoint).read_config(*checkpoint, {});
}

// As llama.cpp reads them; 0 stands for no multiplier.
TEST(Granite, MultipliersThatAGgufFileLeavesOutAreOne) {
  test::GgufWriter file = granite_file();
  file.add("granite.embedding_scale", 0.0f).add("granite.attention.scale", 0.0f);
  const ModelConfig c = config_of(file);
  EXPECT_EQ(c.embed_scale, 1);
  EXPECT_EQ(c.residual_scale, 1);
  EXPECT_FLOAT_EQ(c.attn_scale, 0.125f);  // 1 / sqrt(64)
  EXPECT_EQ(c.logit_scale, 0.125f);
}

// In other architectures the key says nothing. llama.cpp rotates nothing in such a file of Granite.
TEST(Granite, AGgufFileThatWasNotTunedForRotaryIsNotRotated) {
  test::GgufWriter tuned = granite_file(), plain = granite_file();
  tuned.add("granite.rope.scaling.finetuned", true);
  plain.add("granite.rope.scaling.finetuned", false);
  EXPECT_TRUE(config_of(granite_file()).unrotated.empty());
  EXPECT_TRUE(config_of(tuned).unrotated.empty());
  EXPECT_THAT(config_of(plain).unrotated, testing::SizeIs(2));
  EXPECT_THAT(config_of(plain).unrotated, Each(true));
}

}  // namespace
}  // namespace partwise::internal
