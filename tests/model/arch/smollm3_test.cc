#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/arch/changed_model.h"

namespace partwise::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kOlder = "config.old.json";

// HuggingFaceTB/SmolLM3-3B: what its config.json has beside sizes.
TEST(SmolLM3, PublishedKeysChangeNothing) {
  const Json published = {
      {"_name_or_path", "SmolLM3"}, {"attention_bias", false},     {"attention_dropout", 0.0},
      {"max_window_layers", 28},    {"mlp_bias", false},           {"pretraining_tp", 2},
      {"sliding_window", nullptr},  {"use_sliding_window", false}, {"tie_word_embeddings", nullptr}};
  const ModelConfig c = test::changed("tiny-smollm3", published, kOlder);
  EXPECT_TRUE(c.windows.empty());
  EXPECT_TRUE(c.tied_embeddings);
}

// As transformers' SmolLM3Config fills `layer_types`.
TEST(SmolLM3, WindowsAreThoseOfTheLayersThatAreNotRotated) {
  const Json used = {{"use_sliding_window", true}, {"sliding_window", 8}};
  EXPECT_THAT(test::changed("tiny-smollm3", used, kOlder).windows, ElementsAre(0, 0, 0, 8));
  Json named = used;
  named["layer_types"] = {"full_attention", "sliding_attention", "full_attention", "full_attention"};
  EXPECT_THAT(test::changed("tiny-smollm3", named).windows, ElementsAre(0, 8, 0, 0));
}

TEST(SmolLM3, AWindowThatIsNotUsedIsNone) {
  EXPECT_TRUE(test::changed("tiny-smollm3", {{"sliding_window", 8}}, kOlder).windows.empty());
  EXPECT_TRUE(test::changed("tiny-smollm3", {{"use_sliding_window", true}}, kOlder).windows.empty());
  const Json types = {"full_attention", "full_attention", "full_attention", "sliding_attention"};
  EXPECT_THAT(test::refusal("tiny-smollm3", {{"sliding_window", 8}, {"layer_types", types}}), HasSubstr("layer 3"));
}

}  // namespace
}  // namespace partwise::internal
