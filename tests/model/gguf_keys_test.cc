// Keys of GGUF files of all years. What each means is in llama.cpp's src/llama-model.cpp, load_hparams.
#include "model/gguf_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "model/config_reader.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// The keys "PREFIX.*" that settle_gguf_keys leaves, without the prefix.
Json settled(const Json& keys, const std::string& prefix = "llama") {
  Json own = Json::object();
  for (const auto& [key, value] : keys.items()) own[prefix + "." + key] = value;
  settle_gguf_keys(own, prefix, "model.gguf");
  Json left = Json::object();
  for (const auto& [key, value] : own.items()) left[key.substr(prefix.size() + 1)] = value;
  return left;
}

TEST(GgufKeys, DescriptionsAndNeutralValuesChangeNothing) {
  const Json keys = {
      {"tensor_data_layout", "Meta AI original pth"},
      {"rope.scaling.finetuned", true},
      {"pooling_type", 3},
      {"decoder_start_token_id", 0},
      {"attention.causal", true},
      {"attention.max_alibi_bias", 0.0},
      {"attention.clamp_kqv", 0.0},
      {"attention.sliding_window", 0},
      {"attn_logit_softcapping", 0.0},
      {"final_logit_softcapping", 0},
      {"logit_scale", 1.0},
      {"residual_scale", 0.0},
      {"embedding_scale", 1},
      {"use_parallel_residual", false},
      {"expert_weights_scale", 2.0},
      {"expert_gating_func", 1},
      {"leading_dense_block_count", 0},
      {"nextn_predict_layers", 0},
  };
  EXPECT_EQ(settled(keys), Json::object());
  EXPECT_EQ(settled({{"tensor_data_layout", "reference"}}), Json::object());
}

TEST(GgufKeys, WhatMayChangeTheResultStays) {
  const Json keys = {
      {"tensor_data_layout", "jploski"}, {"attention.causal", false},       {"attention.max_alibi_bias", 8.0},
      {"attention.clamp_kqv", 8.0},      {"attention.sliding_window", 128}, {"attn_logit_softcapping", 50.0},
      {"logit_scale", 0.0625},           {"use_parallel_residual", true},   {"context_length", 4096},
      {"attention.scale", 0.1},
  };
  EXPECT_EQ(settled(keys), keys);
  const Json experts = {{"expert_count", 8}, {"expert_weights_scale", 2.0}};
  EXPECT_EQ(settled(experts), experts);
  const Json parallel = {{"use_parallel_residual", false}};
  EXPECT_EQ(settled(parallel, "gptneox"), parallel);  // its default is true for gptneox
}

// The program knows these keys, so a refusal does not offer to let them pass.
TEST(GgufKeys, WhatIsKnownAndNotComputedSaysWhichValuesAre) {
  const auto refusal = [](const Json& keys) {
    static const std::set<std::string> none;
    const ConfigReader reader(keys, "model.gguf", none);
    const Error error = test::error_of([&] { reader.refuse_rest(); });
    return fmt::format("{} | {} | {}", error.what(), error.hint(), fmt::join(error.refused_names(), " "));
  };
  EXPECT_EQ(refusal({{"llama.attention.causal", false}}),
            "model.gguf: 'llama.attention.causal' is false; only true is supported |  | ");
  EXPECT_EQ(refusal({{"llama.attention.clamp_kqv", 8}}),
            "model.gguf: 'llama.attention.clamp_kqv' is 8; only 0 is supported |  | ");
  EXPECT_EQ(refusal({{"qwen2.logit_scale", 2}}),
            "model.gguf: 'qwen2.logit_scale' is 2; only 0 or 1 is supported |  | ");
  EXPECT_EQ(refusal({{"is_causal", false}}), "model.gguf: 'is_causal' is false; only true is supported |  | ");
  EXPECT_EQ(refusal({{"llama.new", 1}}),
            "model.gguf: 'llama.new' is not known here and might change the result | if you know that it does not, "
            "let it pass | llama.new");
}

TEST(GgufKeys, AWindowAsLongAsTheContextIsNone) {
  const Json context = {{"context_length", 2048}};
  EXPECT_EQ(settled({{"context_length", 2048}, {"attention.sliding_window", 4096}}), context);
  const Json gemma = {{"context_length", 2048}, {"attention.sliding_window", 4096}};
  EXPECT_EQ(settled(gemma, "gemma3"), gemma);
}

TEST(GgufKeys, ScaleLinearIsTheOlderNameOfTheFactor) {
  const Json linear = {{"rope.scaling.factor", 4.0}};
  EXPECT_EQ(settled({{"rope.scale_linear", 4.0}}), linear);
  EXPECT_EQ(settled({{"rope.scale_linear", 4.0}, {"rope.scaling.factor", 4.0}}), linear);
  EXPECT_EQ(settled({{"rope.scale_linear", 0.0}, {"rope.scaling.factor", 4.0}}), linear);
  for (const double nothing : {0.0, 1.0}) EXPECT_EQ(settled({{"rope.scale_linear", nothing}}), Json::object());
  EXPECT_EQ(settled({{"rope.scale_linear", 4.0}, {"rope.scaling.type", "none"}}),
            (Json{{"rope.scaling.type", "none"}}));
}

TEST(GgufKeys, TwoFactorsThatDifferAreRefused) {
  const Error error = test::error_of([] { settled({{"rope.scale_linear", 4.0}, {"rope.scaling.factor", 2.0}}); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("model.gguf"), HasSubstr("'llama.rope.scale_linear' is 4"),
                                  HasSubstr("'llama.rope.scaling.factor' is 2")));
}

TEST(GgufKeys, LinearScalingWithoutAFactorScalesNothing) {
  EXPECT_EQ(settled({{"rope.scaling.type", "linear"}}), Json::object());
  EXPECT_EQ(settled({{"rope.scaling.type", "linear"}, {"rope.scaling.factor", 0.0}}), Json::object());
  const Json yarn = {{"rope.scaling.type", "yarn"}, {"rope.scaling.factor", 0.0}};
  EXPECT_EQ(settled(yarn), yarn);
}

TEST(GgufKeys, OneNumberForEveryLayerIsThatNumber) {
  EXPECT_EQ(settled({{"attention.head_count_kv", {4, 4, 4}}}), (Json{{"attention.head_count_kv", 4}}));
  const Json varied = {{"attention.head_count_kv", {4, 2, 4}}, {"feed_forward_length", Json::array()}};
  EXPECT_EQ(settled(varied), varied);
}

}  // namespace
}  // namespace partwise::internal
