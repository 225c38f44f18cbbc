#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"
#include "model/architecture.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

using testing::HasSubstr;

constexpr const char* kOlder = "config.old.json";

// microsoft/Phi-4-mini-instruct: what its config.json has beside sizes.
const Json kPublished = {{"auto_map",
                          {{"AutoConfig", "configuration_phi3.Phi3Config"},
                           {"AutoModelForCausalLM", "modeling_phi3.Phi3ForCausalLM"},
                           {"AutoTokenizer", "Xenova/gpt-4o"}}},
                         {"attention_bias", false},
                         {"attention_dropout", 0.0},
                         {"embd_pdrop", 0.0},
                         {"full_attn_mod", 1},
                         {"interpolate_factor", 1},
                         {"lm_head_bias", false},
                         {"mlp_bias", false},
                         {"resid_pdrop", 0.0},
                         {"sliding_window", 262144}};

TEST(Phi3, PublishedKeysChangeNothing) {
  const ModelConfig c = test::changed("tiny-phi3-longrope", kPublished, kOlder);
  EXPECT_EQ(c.rope, test::changed("tiny-phi3-longrope", Json::object()).rope);
  EXPECT_EQ(c.window(0), 262144);
}

TEST(Phi3, CodeOfAFineTunedModelNamesTheRepositoryToo) {
  const Json theirs = {
      {"auto_map", {{"AutoConfig", "microsoft/Phi-3-mini-4k-instruct--configuration_phi3.Phi3Config"}}}};
  EXPECT_NO_THROW(test::changed("tiny-phi3", theirs));
}

TEST(Phi3, OtherCodeAndOtherValuesAreRefused) {
  EXPECT_THAT(test::refusal("tiny-phi3", {{"auto_map", {{"AutoModelForCausalLM", "own.Model"}}}}),
              HasSubstr("'auto_map' is not known"));
  EXPECT_THAT(test::refusal("tiny-phi3", {{"auto_map", "configuration_phi3"}}), HasSubstr("'auto_map' is not known"));
  EXPECT_THAT(test::refusal("tiny-phi3", {{"full_attn_mod", 2}}), HasSubstr("'full_attn_mod' is 2"));
  EXPECT_THAT(test::refusal("tiny-phi3", {{"interpolate_factor", 2}}), HasSubstr("'interpolate_factor' is 2"));
}

TEST(Phi3, ScalingOfOtherArchitecturesIsRefused) {
  for (const char* type : {"yarn", "linear", "dynamic"})
    EXPECT_THAT(test::refusal("tiny-phi3", {{"rope_scaling", {{"type", type}, {"factor", 2.0}}}}, kOlder),
                HasSubstr(type));
}

// Without a key, transformers takes 4,096 tokens for the original context.
TEST(Phi3, TheOriginalContextIs4096UnlessTheFileSaysOtherwise) {
  const Json unsaid = {{"original_max_position_embeddings", nullptr}, {"max_position_embeddings", 16384}};
  const ModelConfig c = test::changed("tiny-phi3-longrope", unsaid, kOlder);
  EXPECT_EQ(c.n_ctx, 4096);
  EXPECT_EQ(c.rope.factor, 4);
}

/// A file of the architecture phi3 that has what a configuration is read from, and 64 columns in each of its heads.
test::GgufWriter phi3_file() {
  test::GgufWriter file;
  file.add("general.architecture", "phi3");
  for (const auto& [key, value] : {std::pair{"block_count", 1U},
                                   {"attention.head_count", 2U},
                                   {"embedding_length", 128U},
                                   {"feed_forward_length", 256U},
                                   {"context_length", 131072U},
                                   {"rope.scaling.original_context_length", 4096U},
                                   {"rope.dimension_count", 8U}})
    file.add("phi3." + std::string(key), value);
  file.add("phi3.attention.layer_norm_rms_epsilon", 1e-5f);
  file.add_tensor("token_embd.weight", {2, 128}, std::vector<float>(256));
  return file;
}

ModelConfig config_of(const test::GgufWriter& file) {
  const test::TempDir dir;
  file.write(dir / "model.gguf");
  const auto checkpoint = open_checkpoint(dir / "model.gguf");
  return find_architecture(*checkpoint).read_config(*checkpoint, {});
}

// As llama.cpp's converter writes them: factors in tensors, and the factor of cosines and sines computed.
TEST(Phi3, GgufFilesHoldLongropesFactorsInTensors) {
  test::GgufWriter file = phi3_file();
  file.add("phi3.rope.scaling.attn_factor", 1.1902381f);
  file.add_tensor("rope_factors_long.weight", {4}, {2, 4, 6, 8});
  file.add_tensor("rope_factors_short.weight", {4}, {1, 1.125, 1.25, 1.5});
  const RopeConfig rope = config_of(file).rope;
  EXPECT_EQ(rope.type, "longrope");
  EXPECT_EQ(rope.divisors, (std::vector<float>{1, 1.125, 1.25, 1.5}));
  EXPECT_EQ(rope.original_context, 4096);
  EXPECT_NEAR(rope.attention_factor, longrope_attention_factor(131072.0 / 4096, 4096), 1e-6);
}

TEST(Phi3, GgufFilesWithoutShortFactorsAreRefused) {
  EXPECT_EQ(config_of(phi3_file()).rope.type, "default");
  test::GgufWriter long_alone = phi3_file(), named = phi3_file();
  long_alone.add_tensor("rope_factors_long.weight", {4}, {2, 4, 6, 8});
  named.add("phi3.rope.scaling.type", "longrope");
  for (const test::GgufWriter& file : {long_alone, named})
    EXPECT_THAT(test::error_of([&] { config_of(file); }).what(), HasSubstr("'rope_factors_short.weight' is missing"));
}

// llama.cpp passes over it; transformers does not.
TEST(Phi3, AWindowOfAGgufFileIsUsed) {
  test::GgufWriter file = phi3_file();
  file.add("phi3.attention.sliding_window", 2047U);
  EXPECT_EQ(config_of(file).window(0), 2047);
}

}  // namespace
}  // namespace partwise::internal
