#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"

namespace partwise::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// openai/gpt-oss-20b: what its config.json has beside sizes.
TEST(GptOss, PublishedKeysChangeNothing) {
  const Json published = {{"attention_bias", true},       {"experts_per_token", 2},
                          {"initial_context_length", 64}, {"output_router_logits", false},
                          {"router_aux_loss_coef", 0.9},  {"swiglu_alpha", nullptr},
                          {"swiglu_limit", 7.0}};
  const ModelConfig c = test::changed("tiny-gpt-oss", published, "config.old.json");
  EXPECT_THAT(c.windows, ElementsAre(10, 0));
  EXPECT_TRUE(c.sinks && c.mlp_bias && c.experts->router_bias && c.experts->normalised);
  EXPECT_FALSE(c.rope.truncate);
}

TEST(GptOss, WindowsAreInEveryOtherLayerIfNoneIsNamed) {
  EXPECT_THAT(test::changed("tiny-gpt-oss", {{"layer_types", nullptr}}).windows, ElementsAre(10, 0));
}

TEST(GptOss, WhatWouldChangeTheResultIsRefused) {
  EXPECT_THAT(test::refusal("tiny-gpt-oss", {{"swiglu_limit", 10.0}}), HasSubstr("'swiglu_limit' is 10.0"));
  EXPECT_THAT(test::refusal("tiny-gpt-oss", {{"experts_per_token", 3}}), HasSubstr("'experts_per_token' is 3"));
  EXPECT_THAT(test::refusal("tiny-gpt-oss", {{"rope_parameters", nullptr}}), HasSubstr("'rope_scaling' is missing"));
}

TEST(GptOss, BlocksOfMxfp4AreReadInThisArchitectureAlone) {
  EXPECT_TRUE(test::changed("tiny-gpt-oss-mxfp4", Json::object()).experts->mxfp4);
  EXPECT_THAT(test::refusal("tiny-gpt-oss-mxfp4", {{"model_type", "mixtral"}}), HasSubstr("quantised (MXFP4)"));
  EXPECT_THAT(test::refusal("tiny-gpt-oss", {{"quantization_config", {{"quant_method", "mxfp4"}}}}),
              HasSubstr("but no tensor is"));
}

}  // namespace
}  // namespace partwise::internal
