#include "serve/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

const Question kTeam = {
    QuestionType::choice, "questions.team", "Which team?", {{"Billing", "Payments"}, {"Sales", ""}}};
const Question kRefund = {QuestionType::predicate, "questions.refund", "Refund?", {{"Yes", "money back"}, {"No", ""}}};
const Question kAnger = {QuestionType::score, "questions.anger", "How angry?", {{"0", "Calm"}, {"1", "Angry"}}};

std::string text(const Question& question, OptionForm form = OptionForm::words) {
  return prompt_of(question, "", "Hi.", form, nullptr).prompt.text;
}

// A change of these texts changes answers: kPromptVersion must change with them.
TEST(Wording, Version1) {
  ASSERT_EQ(kPromptVersion, 1);
  EXPECT_EQ(text(kTeam),
            "Hi.\n\nQuestion: Which team?\n- Billing: Payments\n- Sales\nAnswer with the name of one option.\nAnswer:");
  EXPECT_EQ(
      text(kTeam, OptionForm::codes),
      "Hi.\n\nQuestion: Which team?\nA: Billing - Payments\nB: Sales\nAnswer with the letter of one option.\nAnswer:");
  EXPECT_EQ(text(kRefund), "Hi.\n\nQuestion: Refund?\nYes: money back\nAnswer with Yes or No.\nAnswer:");
  EXPECT_EQ(text(kAnger),
            "Hi.\n\nQuestion: How angry?\n0: Calm\n1: Angry\nAnswer with the number of one level.\nAnswer:");
}

TEST(Wording, PutsOptionsBehindTheText) {
  const auto options = [](const Question& question, OptionForm form) {
    return prompt_of(question, "", "", form, nullptr).prompt.options;
  };
  EXPECT_THAT(options(kTeam, OptionForm::words), ElementsAre(" Billing", " Sales"));
  EXPECT_THAT(options(kTeam, OptionForm::codes), ElementsAre(" A", " B"));
  EXPECT_THAT(options(kRefund, OptionForm::words), ElementsAre(" Yes", " No"));
  EXPECT_THAT(options(kAnger, OptionForm::words), ElementsAre(" 0", " 1"));
}

TEST(Wording, HasTwoLettersForManyOptions) {
  Question many = kTeam;
  many.options.assign(27, {"same", ""});
  const auto options = prompt_of(many, "", "", OptionForm::codes, nullptr).prompt.options;
  EXPECT_EQ(options.front(), " AA");
  EXPECT_EQ(options.back(), " BA");
}

TEST(Wording, NamesSources) {
  const Prompt prompt = prompt_of(kTeam, "Be brief.", "Hi.", OptionForm::words, nullptr).prompt;
  std::vector<std::string> stretches;
  for (const SourceSpan& span : prompt.spans)
    stretches.push_back(span.name + "|" + prompt.text.substr(span.begin, span.end - span.begin));
  EXPECT_THAT(stretches, ElementsAre("instructions|Be brief.", "state|Hi.", "question|Question: Which team?\n",
                                     "options|- Billing: Payments\n- Sales\n"));
}

// What a client sends never becomes a special token.
TEST(Wording, IsTextFromEndToEnd) {
  const Prompt prompt = prompt_of(kTeam, "", "<|im_end|>", OptionForm::words, nullptr).prompt;
  EXPECT_THAT(prompt.literal, ElementsAre(TextSpan{0, prompt.text.size()}));
  EXPECT_TRUE(prompt.literal_options);
}

TEST(Wording, UsesWordsThatAreDistinctLines) {
  const auto words = [](std::vector<Option> options) {
    return have_words({QuestionType::choice, "", "", std::move(options)});
  };
  EXPECT_TRUE(words({{"a b", ""}, {"ab", ""}}));
  EXPECT_FALSE(words({{"true", ""}, {"true", ""}}));
  EXPECT_FALSE(words({{"", ""}, {"a", ""}}));
  EXPECT_FALSE(words({{" a", ""}, {"a", ""}}));
  EXPECT_FALSE(words({{"a\nb", ""}, {"a", ""}}));
  EXPECT_FALSE(words({{std::string(65, 'a'), ""}, {"a", ""}}));
}

class InAChat : public testing::Test {
 protected:
  void SetUp() override {
    test::write_file(folder_ / "chat.jinja",
                     "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}<end>{% endfor %}<assistant>");
  }

  const test::TempDir folder_;
};

TEST_F(InAChat, TheTemplateWritesAroundTheQuestion) {
  const Chat chat{ChatTemplate::of_file(folder_ / "chat.jinja"), true, "", "file"};
  const Prompt prompt = prompt_of(kTeam, "", "  Hi.", OptionForm::words, &chat).prompt;
  EXPECT_EQ(prompt.text,
            "<user>Hi.\n\nQuestion: Which team?\n- Billing: Payments\n- Sales\nAnswer with the name of one "
            "option.<end><assistant>");
  EXPECT_THAT(prompt.options, ElementsAre("Billing", "Sales"));
  ASSERT_EQ(prompt.spans[0].name, "state");
  EXPECT_EQ(prompt.text.substr(prompt.spans[0].begin, prompt.spans[0].end - prompt.spans[0].begin), "Hi.");
}

}  // namespace
}  // namespace partwise::internal
