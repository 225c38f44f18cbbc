#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <partwise/model.h>

#include "api/support.h"
#include "base/version.h"
#include "support/errors.h"

namespace partwise {
namespace {

using internal::test::error_of;
using test::tiny_llama;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Model, HasTheSizesOfItsConfiguration) {
  EXPECT_EQ(tiny_llama().name(), "tiny-llama");
  EXPECT_EQ(tiny_llama().architecture(), "llama");
  EXPECT_EQ(tiny_llama().n_layers(), 3);
  EXPECT_EQ(tiny_llama().n_heads(), 4);
  EXPECT_EQ(tiny_llama().n_components(), 15);
  EXPECT_EQ(tiny_llama().d_model(), test::tiny_llama_within().config().d_model);
  EXPECT_EQ(tiny_llama().fingerprint(), test::tiny_llama_within().fingerprint());
}

TEST(Model, NamesHeadsLayerByLayerAndThenMlps) {
  EXPECT_THAT(tiny_llama().part_names(), ElementsAre("L0H0", "L0H1", "L0H2", "L0H3", "L1H0", "L1H1", "L1H2", "L1H3",
                                                     "L2H0", "L2H1", "L2H2", "L2H3", "L0MLP", "L1MLP", "L2MLP"));
}

TEST(Model, MakesTokensAndTextOfThem) {
  ASSERT_TRUE(tiny_llama().has_tokenizer());
  const std::vector<std::int32_t> ids = tiny_llama().tokenize("A lovely kettle.");
  EXPECT_EQ(ids, test::tiny_llama_within().tokenizer()->encode("A lovely kettle."));
  EXPECT_THAT(tiny_llama().detokenize(ids), HasSubstr("A lovely kettle."));
}

TEST(Model, WithoutTokenizerSaysSo) {
  const Model model = Model::load((internal::test::source_dir() / "tests/golden/tiny-neox").string());
  EXPECT_FALSE(model.has_tokenizer());
  const auto error = error_of([&] { model.tokenize("text"); });
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.what(), HasSubstr("tiny-neox"));
}

TEST(Model, ThrowsThePublicErrorIfItIsNotThere) {
  try {
    Model::load("/nowhere/at/all");
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::missing_input);
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/at/all"));
    EXPECT_NE(error.hint(), "");
  }
}

TEST(Model, WithRandomWeightsIsAnother) {
  const Model random = Model::load(test::tiny_llama_path(), {.random_init = 7});
  EXPECT_NE(random.fingerprint(), tiny_llama().fingerprint());
}

TEST(Version, IsThatOfTheLibrary) { EXPECT_EQ(version(), internal::version()); }

}  // namespace
}  // namespace partwise
