#include "prompts/prompt_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "prompts/prefix.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A vocabulary that is what its tokens spell.
class Spelled : public Tokenizer {
 public:
  explicit Spelled(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

  std::string description() const override { return "spelled"; }
  std::int64_t vocab_size() const override { return std::ssize(tokens_); }
  std::optional<TokenId> bos_id() const override { return std::nullopt; }
  std::optional<TokenId> eos_id() const override { return std::nullopt; }
  bool adds_bos() const override { return false; }
  std::vector<TokenId> encode(std::string_view, const EncodeOptions&) const override { return {}; }
  std::string decode(const std::vector<TokenId>&, bool) const override { return ""; }
  std::string token_text(TokenId id) const override { return tokens_[static_cast<std::size_t>(id)]; }

  /// All tokens of the vocabulary, one after another.
  std::vector<TokenId> all() const {
    std::vector<TokenId> ids(tokens_.size());
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<TokenId>(i);
    return ids;
  }

 private:
  std::vector<std::string> tokens_;
};

TEST(TokenSpans, AreWhereTheBytesOfTokensLie) {
  const Spelled tokens({"a", " b\xc3", "\xa9", "!"});
  EXPECT_THAT(token_spans("a b\xc3\xa9!", tokens.all(), tokens),
              ElementsAre(TextSpan{0, 1}, TextSpan{1, 4}, TextSpan{4, 5}, TextSpan{5, 6}));
}

TEST(TokenSpans, PassOverABosAndASpaceInFrontThatTheTextDoesNotSpell) {
  const Spelled tokens({"<s>", " Hello", " you"});
  EXPECT_THAT(token_spans("Hello you", tokens.all(), tokens),
              ElementsAre(TextSpan{0, 0}, TextSpan{0, 5}, TextSpan{5, 9}));
}

TEST(TokenSpans, LieBetweenTheirNeighboursIfTheTokenizerChangedTheText) {
  const Spelled tokens({"caf", "\xc3\xa9", " now", "?"});
  EXPECT_THAT(token_spans("cafe\xcc\x81 now", tokens.all(), tokens),  // e with an accent as two characters
              ElementsAre(TextSpan{0, 3}, TextSpan{3, 6}, TextSpan{6, 10}, TextSpan{10, 10}));
}

Prompt prompt_of(std::string text, std::vector<TextSpan> own, const Spelled& tokens) {
  Prompt prompt;
  prompt.text = std::move(text);
  prompt.row_text = std::move(own);
  prompt.ids = tokens.all();
  return prompt;
}

TEST(WordsOfPrompt, AreThoseOfTheRowAndTheDemonstrations) {
  const Spelled tokens({"Hi", "\n", "bad", ": x", "\n", "re", "fund ", "  ", "my", " app", ":"});
  const Prompt prompt = prompt_of("Hi\nbad: x\nrefund   my app:", {{10, 25}}, tokens);
  const PromptWords found = words_of_prompt(prompt, std::vector<ShownRow>{{{3, 10}, 0}}, &tokens);
  EXPECT_THAT(found.words, ElementsAre(TextSpan{10, 16}, TextSpan{19, 21}, TextSpan{22, 25}));
  EXPECT_EQ(found.n_sources(), 5);
  EXPECT_THAT(found.token_of, ElementsAre(0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 0));
}

TEST(WordsOfPrompt, HaveTheTokensThatAreMostlyTheirs) {
  const Spelled tokens({"a go", "od\"", " b\","});
  const Prompt prompt = prompt_of("a good\" b\",", {{2, 6}, {8, 9}}, tokens);
  EXPECT_THAT(words_of_prompt(prompt, {}, &tokens).token_of, ElementsAre(1, 1, 0));
}

TEST(WordsOfPrompt, AreAllThatAFinishedPromptHas) {
  const Spelled tokens({"it", " was"});
  EXPECT_THAT(words_of_prompt(prompt_of("it was", {}, tokens), {}, &tokens).token_of, ElementsAre(1, 2));
  const PromptWords none = words_of_prompt(prompt_of("", {}, tokens), {}, &tokens);
  EXPECT_THAT(none.words, IsEmpty());
  EXPECT_THAT(none.token_of, ElementsAre(0, 0));
}

TEST(ShownRows, AreInTheRecipesPrefixAndItsFile) {
  Task task{"t", "label", {"good", "bad"}, {}, {}, {}};
  PromptTemplate wording;
  wording.description = "Rate this.";
  wording.doc_to_text = "{{text}} is";
  wording.doc_to_choice = task.labels;
  task.templates = {wording};
  std::vector<DataRow> rows;
  for (int i = 0; i < 8; ++i)
    rows.push_back({{{"text", "text " + std::to_string(i)}, {"label", i % 2 ? "good" : "bad"}}, "row"});
  const PromptSet set = build_prompts(task, rows, rows, {.shots = 2, .labelled = 8});
  const PromptRecipe recipe = *set.info.find(facts::kRecipe);
  ASSERT_EQ(recipe.demonstrations.size(), 2u);
  std::vector<std::string> shown;
  for (const ShownRow& row : recipe.demonstrations) {
    shown.push_back(recipe.prefix.substr(row.bytes.begin, row.bytes.end - row.bytes.begin));
    EXPECT_THAT(shown.back(), ::testing::EndsWith(" is " + task.labels[static_cast<std::size_t>(row.label)]));
  }
  EXPECT_EQ(recipe.prefix, "Rate this.\n\n" + shown[0] + shown[1] + "\n");
  EXPECT_EQ(recipe_from_json(recipe_to_json(recipe)), recipe);
}

TEST(ShownRows, AreRefusedOutsideOfThePrefix) {
  const std::string head =
      R"({"task": "t", "template": "x", "prefix": "abc", "doc_to_text": "{{a}}", "options": [" a"],)";
  EXPECT_EQ(recipe_from_json(head + R"("demonstrations": [[0, 3, 0]]})").demonstrations.size(), 1u);
  for (const char* wrong : {"[[0, 4, 0]]", "[[2, 1, 0]]", "[[0, 2, 0], [1, 3, 0]]", "[[0, 3, -1]]", "[[0, 3]]", "3"})
    EXPECT_THROW(recipe_from_json(head + R"("demonstrations": )" + wrong + "}"), Error) << wrong;
}

}  // namespace
}  // namespace partwise::internal
