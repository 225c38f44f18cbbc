#include "session/label_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

TEST(LabelScores, HaveWords) {
  for (LabelScore score : label_scores()) EXPECT_EQ(parse_score(score_word(score)), score);
  EXPECT_EQ(label_scores().size(), 6u);
  EXPECT_THROW(parse_score("summ"), Error);
}

/// Tokens spell a space and as many letters as their number.
class Letters : public Tokenizer {
 public:
  explicit Letters(std::optional<TokenId> bos, std::optional<TokenId> eos) : bos_(bos), eos_(eos) {}
  std::string description() const override { return "letters"; }
  std::int64_t vocab_size() const override { return 9; }
  std::optional<TokenId> bos_id() const override { return bos_; }
  std::optional<TokenId> eos_id() const override { return eos_; }
  bool adds_bos() const override { return bos_.has_value(); }
  std::vector<TokenId> encode(std::string_view, const EncodeOptions&) const override { return {}; }
  std::string decode(const std::vector<TokenId>& ids, bool) const override {
    std::string text;
    for (TokenId id : ids) text += " " + std::string(static_cast<std::size_t>(id), 'x');
    return text;
  }
  std::string token_text(TokenId) const override { return ""; }

 private:
  std::optional<TokenId> bos_, eos_;
};

TEST(LabelScores, OfBytesKnowHowLongLabelsAre) {
  const std::vector<PromptIds> prompts = {{{1, 2}, {3, 5}}, {{1}, {}, {}, true, {}, {{3, 2}, {1}}}};
  const Letters tokenizer(1, 2);
  const auto with = with_inputs_of(LabelScore::bytes, prompts, &tokenizer);
  EXPECT_THAT(with[0].label_bytes, ElementsAre(3, 5));
  EXPECT_THAT(with[1].label_bytes, ElementsAre(6, 1)) << "'xxx xx': the space before it does not count";
  EXPECT_EQ(test::error_of([&] { with_inputs_of(LabelScore::bytes, prompts, nullptr); }).code(),
            ErrorCode::missing_input);
}

TEST(LabelScores, OfMutualInformationReferToAnEmptyText) {
  const std::vector<PromptIds> prompts = {{{1, 2}, {3, 5}}};
  const Letters both(1, 2), end(std::nullopt, 2), none(std::nullopt, std::nullopt);
  EXPECT_THAT(with_inputs_of(LabelScore::pmi, prompts, &both)[0].reference, ElementsAre(1));
  EXPECT_THAT(with_inputs_of(LabelScore::pmi, prompts, &end)[0].reference, ElementsAre(2));
  EXPECT_THROW(with_inputs_of(LabelScore::pmi, prompts, &none), Error);
  EXPECT_TRUE(with_inputs_of(LabelScore::sum, prompts, nullptr)[0].reference.empty());
}

}  // namespace
}  // namespace partwise::internal
