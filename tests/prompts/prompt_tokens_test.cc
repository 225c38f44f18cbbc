#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "prompts/prompts.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Takes the longest matching entry of a small vocabulary, or the last entry for a byte that begins no other. BOS is
/// entry 0.
class LongestMatch : public Tokenizer {
 public:
  explicit LongestMatch(bool bos = false) : bos_(bos) {}

  std::string description() const override { return "longest match"; }
  std::int64_t vocab_size() const override { return static_cast<std::int64_t>(vocab_.size()); }
  std::optional<TokenId> bos_id() const override { return 0; }
  std::optional<TokenId> eos_id() const override { return std::nullopt; }
  bool adds_bos() const override { return bos_; }

  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options) const override {
    std::vector<TokenId> ids;
    if (options.bos == EncodeOptions::Bos::yes || (bos_ && options.bos != EncodeOptions::Bos::no)) ids.push_back(0);
    while (!text.empty()) {
      ids.push_back(longest(text));
      text.remove_prefix(vocab_[static_cast<std::size_t>(ids.back())].size());
    }
    return ids;
  }

  std::string decode(const std::vector<TokenId>& ids, bool) const override {
    std::string text;
    for (TokenId id : ids) text += token_text(id);
    return text;
  }

  std::string token_text(TokenId id) const override { return vocab_.at(static_cast<std::size_t>(id)); }

 private:
  TokenId longest(std::string_view text) const {
    std::size_t best = vocab_.size();
    for (std::size_t i = 0; i < vocab_.size(); ++i) {
      const bool fits = text.starts_with(vocab_[i]);
      if (fits && (best == vocab_.size() || vocab_[i].size() > vocab_[best].size())) best = i;
    }
    return static_cast<TokenId>(std::min(best, vocab_.size() - 1));
  }

  bool bos_;
  std::vector<std::string> vocab_ = {"<s>", "Mood",   ":", " good", " bad", " positive", "ly", "bad", " ",
                                     ":)",  "review", ")", "good",  "g",    "o",         "d",  "?"};
};

PromptSet one_prompt(const std::string& text, const std::vector<std::string>& options) {
  PromptSet set;
  set.prompts.push_back({.text = text, .options = options, .place = "x.jsonl line 3"});
  return set;
}

Error refusal(PromptSet set, std::int64_t n_ctx = 100, std::int64_t d_vocab = 16) {
  const LongestMatch tokenizer;
  return error_of([&] { tokenize_prompts(set, &tokenizer, n_ctx, d_vocab); });
}

TEST(TokenizePrompts, ALabelIsTheTokenThatExtendsThePrompt) {
  const LongestMatch tokenizer;
  PromptSet set = one_prompt("Mood:", {" good", " bad"});
  tokenize_prompts(set, &tokenizer, 100, 16);
  EXPECT_THAT(set.prompts[0].ids, ElementsAre(1, 2));
  EXPECT_THAT(set.prompts[0].label_ids, ElementsAre(3, 4));
}

TEST(TokenizePrompts, BosFollowsTheTokenizer) {
  const LongestMatch tokenizer(true);
  PromptSet set = one_prompt("Mood:", {" good", " bad"});
  tokenize_prompts(set, &tokenizer, 100, 16);
  EXPECT_THAT(set.prompts[0].ids, ElementsAre(0, 1, 2));
  EXPECT_THAT(set.prompts[0].label_ids, ElementsAre(3, 4));
}

TEST(TokenizePrompts, ALabelMayHaveSeveralTokens) {
  const LongestMatch tokenizer;
  PromptSet set = one_prompt("Mood:", {" good", " positively"});
  set.prompts.push_back(one_prompt("Mood:", {" bad", " good"}).prompts[0]);
  tokenize_prompts(set, &tokenizer, 100, 16);
  EXPECT_THAT(set.prompts[0].label_tokens, ElementsAre(ElementsAre(3), ElementsAre(5, 6)));
  EXPECT_THAT(set.prompts[1].label_tokens, ElementsAre(ElementsAre(4), ElementsAre(3))) << "in every prompt of the set";
  EXPECT_TRUE(set.prompts[0].label_ids.empty() && set.prompts[1].label_ids.empty());
}

// A line end is "?" in this vocabulary, so that it is the other label.
TEST(TokenizePrompts, ALabelThatIsTheBeginningOfAnotherIsRefused) {
  EXPECT_STREQ(refusal(one_prompt("Mood:", {" positive", " positive?"})).what(),
               "x.jsonl line 3: label word ' positive' is the beginning of another, and a line end does not tell them "
               "apart");
}

TEST(TokenizePrompts, GivenTokensThatAreTheBeginningOfOthersAreRefused) {
  PromptSet set = one_prompt("Mood:", {});
  set.prompts[0].label_tokens = {{3}, {3, 4}};
  EXPECT_THAT(refusal(set).what(), HasSubstr("label word option 0 is the beginning of another"));
}

TEST(TokenizePrompts, ALabelThatIsTheBeginningOfAnotherEndsInALineEnd) {
  const auto tokenizer = load_tokenizer(test::source_dir() / "tests" / "golden" / "tiny-llama");
  PromptSet set = one_prompt("It is", {" bad", " bad good"});
  tokenize_prompts(set, tokenizer.get(), 100, 1000);
  const auto& tokens = set.prompts[0].label_tokens;
  ASSERT_EQ(tokens[0].size(), 2u);
  EXPECT_EQ(tokens[0][0], tokens[1][0]);
  EXPECT_EQ(tokenizer->decode({tokens[0][1]}, false), "\n");
}

TEST(TokenizePrompts, ALabelThatMergesWithThePromptIsRefused) {
  const Error error = refusal(one_prompt("Mood:", {")", "bad"}));
  EXPECT_STREQ(
      error.what(),
      "x.jsonl line 3: label word ')' cannot follow this prompt: with the end of the prompt it becomes 1 token (':)')");
}

TEST(TokenizePrompts, TwoLabelsOfOneTokenAreRefused) {
  EXPECT_STREQ(refusal(one_prompt("Mood:", {"bad", " bad", "bad"})).what(),
               "x.jsonl line 3: label words 'bad' and 'bad' are the same token (7)");
}

TEST(TokenizePrompts, AllLabelWordsAtFaultAreNamedAtOnce) {
  const Error error = refusal(one_prompt("Mood:", {" positively", " good", ")", " bad", " bad", " positively"}));
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_STREQ(
      error.what(),
      "x.jsonl line 3: label word ')' cannot follow this prompt: with the end of the prompt it becomes 1 token "
      "(':)'); label words ' bad' and ' bad' are the same token (4); label words ' positively' and ' "
      "positively' are the same tokens (5, 6)");
  EXPECT_THAT(error.remedies(), ElementsAre(Remedy(Step::tokenize)));
}

TEST(TokenizePrompts, LabelWordsOfLaterRowsAreNamedToo) {
  PromptSet set = one_prompt("Mood:", {" good", ")"});
  set.prompts.push_back({.text = "Mood:", .options = {" bad", " bad"}, .place = "x.jsonl line 4"});
  EXPECT_THAT(refusal(set).what(), HasSubstr("(':)'); x.jsonl line 4: label words ' bad' and ' bad' are the same"));
}

TEST(TokenizePrompts, WordsAreSuggestedThatAreOneTokenAndDistinct) {
  EXPECT_THAT(refusal(one_prompt("Mood:", {" bad", " bad"})).hint(), HasSubstr("'bad' for ' bad'"));
  EXPECT_THAT(refusal(one_prompt("Mood:", {")", " good"})).hint(), HasSubstr("'A' for ')'")) << "a letter at last";
}

TEST(TokenizePrompts, BosIsPutInFrontOrLeftOutOnRequest) {
  using Bos = EncodeOptions::Bos;
  for (const bool adds : {true, false}) {
    const LongestMatch tokenizer(adds);
    for (const Bos bos : {Bos::yes, Bos::no}) {
      PromptSet set = one_prompt("Mood:", {" good", " bad"});
      set_bos(set, bos);
      tokenize_prompts(set, &tokenizer, 100, 16);
      EXPECT_EQ(set.prompts[0].ids, bos == Bos::yes ? (std::vector<TokenId>{0, 1, 2}) : (std::vector<TokenId>{1, 2}));
      EXPECT_THAT(set.prompts[0].label_ids, ElementsAre(3, 4));
      EXPECT_EQ(set.info.entries.at("bos"), bos == Bos::yes ? "yes" : "no");
    }
  }
}

// Ids of tests/golden/tiny-llama: 0 <|endoftext|>, 1 <|im_start|>, 2 <|im_end|>; no text becomes one of them.
TEST(TokenizePrompts, ALiteralLabelWordIsNoSpecialToken) {
  const auto tokenizer = load_tokenizer(test::source_dir() / "tests" / "golden" / "tiny-llama");
  PromptSet set = one_prompt("It is", {" good", "<|im_end|>"});
  PromptSet literal = set;
  tokenize_prompts(set, tokenizer.get(), 100, 1000);
  EXPECT_EQ(set.prompts[0].label_ids[1], 2);
  literal.prompts[0].literal_options = true;
  const Error error = error_of([&] { tokenize_prompts(literal, tokenizer.get(), 100, 1000); });
  EXPECT_THAT(error.what(), HasSubstr("label word '<|im_end|>' cannot follow this prompt: it spells a special token"));
  EXPECT_THAT(error.remedies(), ElementsAre(Remedy(Setting::special_in_rows, "parse"), Remedy(Step::tokenize)));
}

TEST(TokenizePrompts, LimitsOfTheModelHold) {
  EXPECT_THAT(refusal(one_prompt("Mood:", {" good", " bad"}), 1).what(),
              HasSubstr("x.jsonl line 3: the prompt has 2 tokens, the model's context 1"));
  EXPECT_THAT(refusal(one_prompt("Mood:", {" good", " bad"}), 2, 4).what(),
              HasSubstr("token id 4 is outside the model's vocabulary of 4"));
  EXPECT_THAT(refusal(one_prompt("", {" good", " bad"})).what(), HasSubstr("x.jsonl line 3: the prompt is empty"));
}

PromptSet given_ids(std::vector<TokenId> ids, std::vector<TokenId> option_ids, std::vector<std::string> options = {}) {
  PromptSet set;
  set.prompts.push_back({.options = options, .ids = ids, .label_ids = option_ids, .place = "x.jsonl line 1"});
  return set;
}

TEST(TokenizePrompts, GivenIdsNeedNoTokenizer) {
  PromptSet set = given_ids({5, 6}, {1, 2});
  tokenize_prompts(set, nullptr, 10, 10);
  EXPECT_THAT(set.prompts[0].ids, ElementsAre(5, 6));
  EXPECT_THAT(set.prompts[0].label_ids, ElementsAre(1, 2));
  EXPECT_THAT(refusal(given_ids({5, -1}, {1, 2})).what(), HasSubstr("token id -1 is outside"));
  EXPECT_THAT(refusal(given_ids({5, 6}, {1, 16})).what(), HasSubstr("token id 16 is outside"));
}

TEST(TokenizePrompts, TextNeedsATokenizer) {
  for (PromptSet set : {one_prompt("Mood:", {" good", " bad"}), given_ids({1, 2}, {}, {" good", " bad"})}) {
    const Error error = error_of([&] { tokenize_prompts(set, nullptr, 10, 10); });
    EXPECT_EQ(error.code(), ErrorCode::missing_input);
    EXPECT_THAT(error.hint(), HasSubstr("option_ids"));
  }
}

TEST(TokenizePrompts, WordsAfterGivenIdsFollowTheirText) {
  const LongestMatch tokenizer(true);
  PromptSet set = given_ids({0, 1, 2}, {}, {" good", " bad"});
  tokenize_prompts(set, &tokenizer, 10, 16);
  EXPECT_THAT(set.prompts[0].label_ids, ElementsAre(3, 4));
  EXPECT_THAT(refusal(given_ids({13, 14, 14, 15}, {}, {" good", " bad"})).what(),
              HasSubstr("splits the text of these ids"));
}

/// Llama 2's convention: encoding puts a space in front of a text, and decoding removes it.
class WithDummyPrefix : public LongestMatch {
 public:
  WithDummyPrefix() : LongestMatch(true) {}

  std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options) const override {
    const bool special = options.parse_special && text.starts_with("<s>");
    const std::string prefix = special ? "<s> " : " ";
    return LongestMatch::encode(prefix + std::string(text.substr(special ? 3 : 0)), options);
  }
  std::string decode(const std::vector<TokenId>& ids, bool skip_special) const override {
    const std::string text = LongestMatch::decode(ids, skip_special);
    return text.starts_with(' ') ? text.substr(1) : text;
  }
};

TEST(TokenizePrompts, ADummyPrefixIsNoMatterToLabelWords) {
  const WithDummyPrefix tokenizer;
  PromptSet text = one_prompt("Mood:", {" good", " bad"}), ids = given_ids({0, 8, 1, 2}, {}, {" good", " bad"});
  for (PromptSet* set : {&text, &ids}) {
    tokenize_prompts(*set, &tokenizer, 10, 16);
    EXPECT_THAT(set->prompts[0].ids, ElementsAre(0, 8, 1, 2));
    EXPECT_THAT(set->prompts[0].label_ids, ElementsAre(3, 4));
  }
}

TEST(TokenizePrompts, LabelWordsAfterSharedSentencePieceTokenizers) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  for (const char* name : {"llama2", "mistral"}) {
    const auto tokenizer = load_tokenizer(*test::shared_dir() / "fixtures" / "tokenizers" / name);
    PromptSet set = one_prompt("Review: fine\nSentiment:", {" positive", " negative"});
    tokenize_prompts(set, tokenizer.get(), 100, 32000);
    const Prompt& prompt = set.prompts[0];
    EXPECT_EQ(tokenizer->token_text(prompt.label_ids[0]), " positive");
    EXPECT_EQ(tokenizer->token_text(prompt.label_ids[1]), " negative");
    PromptSet given = given_ids(prompt.ids, {}, prompt.options);
    tokenize_prompts(given, tokenizer.get(), 100, 32000);
    EXPECT_EQ(given.prompts[0].label_ids, prompt.label_ids);
  }
}

TEST(TokenizePrompts, AgreesWithTheRealModelsCases) {
  if (!test::shared_dir() || !test::demo_model()) GTEST_SKIP() << "shared fixtures are not here";
  const auto tokenizer = load_tokenizer(*test::demo_model());
  PromptSet set = read_prompt_file(*test::shared_dir() / "fixtures" / "runs" / "agnews.train.jsonl");
  tokenize_prompts(set, tokenizer.get(), 8192, tokenizer->vocab_size());
  for (const Prompt& prompt : set.prompts) {
    EXPECT_EQ(tokenizer->decode(prompt.ids, false), prompt.text);
    for (std::size_t y = 0; y < prompt.options.size(); ++y) {
      EXPECT_EQ(tokenizer->token_text(prompt.label_ids[y]), prompt.options[y]);
    }
  }
}

/// How many tokens the label words of the template have after its text, at most.
std::size_t longest_label(const PromptTemplate& wording, const std::string& text, const Tokenizer& tokenizer) {
  PromptSet set = one_prompt(text, wording.options());
  tokenize_prompts(set, &tokenizer, 8192, tokenizer.vocab_size());
  std::size_t longest = 1;
  for (const auto& tokens : set.prompts[0].label_tokens) longest = std::max(longest, tokens.size());
  return longest;
}

/// How many tokens of the demo model the label words of a built-in task have, at most.
std::size_t expected_tokens(const std::string& task) { return task == "intents" ? 3 : task == "tickets" ? 2 : 1; }

TEST(TokenizePrompts, BuiltinLabelWordsAreOneTokenOfTheDemoModelUnlessTheyAreThereToHaveMore) {
  if (!test::demo_model()) GTEST_SKIP() << "the demo model is not here";
  const auto tokenizer = load_tokenizer(*test::demo_model());
  for (const std::string& name : builtin_task_names()) {
    for (const PromptTemplate& wording : load_task(name).templates) {
      EXPECT_EQ(longest_label(wording, wording.doc_to_text, *tokenizer), expected_tokens(name))
          << name << " " << wording.name;
    }
  }
}

/// The tokenizers of popular models, if the shared fixtures are here.
std::vector<std::filesystem::path> real_tokenizers() {
  std::vector<std::filesystem::path> all;
  if (test::shared_dir())
    for (const char* name : {"llama2", "llama3", "mistral", "pythia"})
      all.push_back(*test::shared_dir() / "fixtures" / "tokenizers" / name);
  for (const auto& model : {test::demo_model(), test::gemma_model()})
    if (model) all.push_back(*model);
  return all;
}

TEST(BuiltinTasks, LabelWordsAreSingleTokensUnlessTheyAreThereToHaveSeveral) {
  if (real_tokenizers().empty()) GTEST_SKIP() << "no tokenizer of a real model is here";
  for (const auto& path : real_tokenizers()) {
    const auto tokenizer = load_tokenizer(path);
    for (const std::string& name : builtin_task_names()) {
      for (const PromptTemplate& wording : load_task(name).templates) {
        DataRow row;
        for (const std::string& column : template_columns(wording.doc_to_text)) row.fields[column] = "It rains.";
        const std::size_t longest = longest_label(wording, fill_template(wording.doc_to_text, row), *tokenizer);
        EXPECT_EQ(longest > 1, expected_tokens(name) > 1) << path << ", task " << name << ", template " << wording.name;
      }
    }
  }
}

}  // namespace
}  // namespace partwise::internal
