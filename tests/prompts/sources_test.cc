#include "prompts/sources.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataRow row(const std::string& text, const std::string& label) { return {{{"text", text}, {"label", label}}, "x"}; }

PromptSet two_demonstrations() {
  const Task task = parse_task(
      "task: t\ndescription: Say how good it is.\ndoc_to_target: label\nlabels: [good, bad]\n"
      "doc_to_text: \"Review: {{text}}\\nMood:\"\n",
      "t.yaml");
  return build_prompts(task, {row("a fine day", "good"), row("a dull film", "bad")}, {row("mud, again", "bad")},
                       {.shots = 2, .labelled = 2});
}

/// The joined text of the tokens of each source.
std::vector<std::string> texts(const PromptSet& set, const Tokenizer& tokenizer) {
  const std::vector<std::int32_t> sources = token_sources(set, &tokenizer)[0];
  std::vector<std::string> all(source_names(set).size());
  const Prompt& prompt = set.prompts[0];
  for (std::size_t i = 0; i < prompt.ids.size(); ++i) {
    const auto before =
        tokenizer.decode({prompt.ids.begin(), prompt.ids.begin() + static_cast<std::ptrdiff_t>(i)}, true);
    const auto with =
        tokenizer.decode({prompt.ids.begin(), prompt.ids.begin() + static_cast<std::ptrdiff_t>(i + 1)}, true);
    all[static_cast<std::size_t>(sources[i])] += with.substr(before.size());
  }
  return all;
}

void expect_sources(const std::filesystem::path& path) {
  const auto tokenizer = load_tokenizer(path);
  PromptSet set = two_demonstrations();
  for (Prompt& prompt : set.prompts) prompt.ids = tokenizer->encode(prompt.text);
  EXPECT_THAT(source_names(set),
              ElementsAre("bos", "instruction", "demo0", "demo0_label", "demo1", "demo1_label", "input"));
  const bool good_first = set.demonstration_labels[0] == 0;
  const std::string good = "Review: a fine day\nMood:", bad = "Review: a dull film\nMood:";
  EXPECT_THAT(texts(set, *tokenizer), ElementsAre("", "Say how good it is.\n\n", good_first ? good : bad,
                                                  good_first ? " good" : " bad", "\n" + (good_first ? bad : good),
                                                  good_first ? " bad" : " good", "\nReview: mud, again\nMood:"))
      << path;
  EXPECT_EQ(token_sources(set, tokenizer.get())[0][0], tokenizer->adds_bos() ? 0 : 1);
}

// A line end after a label word begins what comes next, or is a token of its own that belongs to the word.
TEST(TokenSources, FollowTheTokensOfByteLevelVocabularies) {
  expect_sources(test::source_dir() / "tests" / "golden" / "tiny-llama");
}

TEST(TokenSources, FollowTheTokensOfSentencePiece) {
  if (!test::shared_dir()) GTEST_SKIP() << "shared fixtures are not here";
  expect_sources(*test::shared_dir() / "fixtures" / "tokenizers" / "llama2");
}

TEST(TokenSources, OfIdsAreOneInput) {
  PromptSet set;
  set.prompts.push_back({.ids = {5, 6, 7}});
  EXPECT_THAT(source_names(set), ElementsAre("bos", "input"));
  EXPECT_THAT(token_sources(set, nullptr), ElementsAre(ElementsAre(1, 1, 1)));
}

TEST(TokenSources, EndWithALabelsOwnTokens) {
  PromptSet set = parse_prompt_file("{\"ids\":[5,6,7],\"option_ids\":[[1,2],[3]]}", "file");
  tokenize_prompts(set, nullptr, 10, 10);
  EXPECT_THAT(source_names(set), ElementsAre("bos", "input", "label_so_far"));
  EXPECT_THAT(token_sources(set, nullptr), ElementsAre(ElementsAre(1, 1, 1)));
}

/// Every byte is a token. Incomplete characters decode to U+FFFD, as in byte-level and byte-fallback tokenizers.
class Bytes : public Tokenizer {
 public:
  std::string description() const override { return "bytes"; }
  std::int64_t vocab_size() const override { return 256; }
  std::optional<TokenId> bos_id() const override { return std::nullopt; }
  std::optional<TokenId> eos_id() const override { return std::nullopt; }
  bool adds_bos() const override { return false; }
  std::vector<TokenId> encode(std::string_view text, const EncodeOptions&) const override {
    std::vector<TokenId> ids;
    for (char c : text) ids.push_back(static_cast<unsigned char>(c));
    return ids;
  }
  std::string decode(const std::vector<TokenId>& ids, bool) const override {
    std::string text;
    for (TokenId id : ids) text.push_back(static_cast<char>(id));
    return replace_invalid_utf8(text);
  }
  std::string token_text(TokenId id) const override { return std::string(1, static_cast<char>(id)); }
};

std::vector<std::vector<std::int32_t>> sources_of_bytes(PromptSet& set) {
  for (Prompt& prompt : set.prompts) prompt.ids = Bytes().encode(prompt.text, {});
  const Bytes tokenizer;
  return token_sources(set, &tokenizer);
}

// The decoded beginning of a split character is longer than the bytes that it stands for.
TEST(TokenSources, KeepACharacterOfSeveralTokensWhole) {
  for (const std::string character : {"\u00e9", "\u20ac", "\U0001f600", "\uffe6"}) {
    PromptSet set =
        parse_prompt_file(fmt::format("{{\"prompt\": \"a{0}b{0}\", \"options\": [\"x\", \"y\"], \"sources\": "
                                      "[{{\"name\": \"first\", \"begin\": 0, \"end\": {1}}}]}}",
                                      character, 1 + character.size()),
                          "p");
    EXPECT_THAT(source_names(set), ElementsAre("bos", "first", "input"));
    std::vector<std::int32_t> expected(1 + character.size(), 1);
    expected.resize(2 + 2 * character.size(), 2);
    EXPECT_THAT(sources_of_bytes(set), ElementsAre(expected)) << character;
  }
}

TEST(TokenSources, OfAFileAreThoseThatItsRowsName) {
  PromptSet set = parse_prompt_file(
      R"({"prompt": "abcdef", "options": ["x", "y"], "sources": [{"name": "b", "begin": 1, "end": 3}, {"name": "input", "begin": 3, "end": 4}, {"name": "e", "begin": 4, "end": 5}]}
{"prompt": "ab", "options": ["x", "y"], "sources": [{"name": "e", "begin": 0, "end": 2}]}
{"prompt": "ab", "options": ["x", "y"]}
)",
      "p");
  EXPECT_THAT(source_names(set), ElementsAre("bos", "b", "e", "input"));
  EXPECT_THAT(sources_of_bytes(set), ElementsAre(ElementsAre(3, 1, 1, 3, 2, 3), ElementsAre(2, 2), ElementsAre(3, 3)));
}

TEST(TokenSources, OfIdsCountTokens) {
  PromptSet set = parse_prompt_file(
      R"({"ids": [7, 8, 9, 10], "option_ids": [1, 2], "sources": [{"name": "a", "begin": 1, "end": 3}]})", "p");
  EXPECT_THAT(token_sources(set, nullptr), ElementsAre(ElementsAre(2, 1, 1, 2)));
}

TEST(TokenSources, RefusesNamesWithoutEndAndTextThatTokensDoNotSpell) {
  PromptSet set;
  for (std::size_t i = 0; i < 1200; ++i)
    set.prompts.push_back({.text = "a", .place = "p", .spans = {{fmt::format("s{}", i), 0, 1}}});
  EXPECT_THAT(test::error_of([&] { source_names(set); }).what(), HasSubstr("more than 1000 sources"));
  PromptSet other;
  other.prompts.push_back({.text = "ab", .ids = {'a', 'c'}, .place = "line 3", .spans = {{"s", 0, 1}}});
  const Bytes tokenizer;
  EXPECT_THAT(test::error_of([&] { token_sources(other, &tokenizer); }).what(), HasSubstr("line 3: the tokens do not"));
}

}  // namespace
}  // namespace partwise::internal
