#include "prompts/prompt_traps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "base/json.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// Byte-level; " positive" 304, " negative" 302 and "positive", "negative" are tokens; BOS 1, EOS 2.
const Tokenizer& tokenizer() {
  static const auto loaded = load_tokenizer(test::source_dir() / "tests/golden/tiny-llama");
  return *loaded;
}

std::vector<Warning> warnings_of_file(const std::string& lines) {
  PromptSet set = parse_prompt_file(lines, "p.jsonl");
  tokenize_prompts(set, &tokenizer(), std::numeric_limits<std::int64_t>::max(), tokenizer().vocab_size());
  return prompt_warnings(set, &tokenizer());
}

std::vector<std::string> codes(const std::vector<Warning>& warnings) {
  std::vector<std::string> all;
  for (const Warning& warning : warnings) all.push_back(warning.code);
  return all;
}

std::string row(const std::string& prompt, const std::string& first, const std::string& second, int label = -1) {
  return Json{{"prompt", prompt}, {"options", {first, second}}, {"label", label}}.dump() + "\n";
}

struct Trapped {
  const char* code;
  const char* message;
  std::string lines;
};

const std::vector<Trapped>& trapped() {
  const std::string well = row("Mood:", " negative", " positive");
  static const std::vector<Trapped> all = {
      {"double-bos", "1 of 2 prompts begins with two BOS tokens, <|im_start|> (the first: p.jsonl line 2)",
       well + row("<|im_start|><|im_start|>Mood:", " negative", " positive")},
      {"double-bos", "2 of 2 prompts begin with two BOS tokens",
       R"({"ids": [1, 1, 76], "option_ids": [302, 304]})"
       "\n"
       R"({"ids": [1, 223, 1, 76], "option_ids": [302, 304]})"},
      {"prompt-ends-in-eos", "1 of 1 prompt ends in the EOS token, <|im_end|> (the first: p.jsonl line 1)",
       R"({"ids": [76, 87, 2], "option_ids": [302, 304]})"},
      {"prompt-padded", "1 of 1 prompt begins with EOS tokens in a row",
       R"({"ids": [2, 2, 2, 76], "option_ids": [302, 304]})"},
      {"prompt-ends-in-space",
       "1 of 2 prompts ends in white space while the label words bring their own, as in ' negative' (the first: "
       "p.jsonl line 2)",
       well + row("Mood: ", " negative", " positive")},
      {"prompt-ends-in-space", "2 of 2 prompts end",
       row("Mood:\n", " negative", " positive") + row("Mood:\u00A0", " negative", " positive")},
      {"no-space-before-label",
       "1 of 2 prompts ends without white space while the label words begin with none (the first: p.jsonl line 2)",
       well + row("Mood:", "negative", "positive")},
      {"no-space-before-label", "1 of 1 prompt ends", row("I think it is", "negative", "positive")},
      {"label-words-mixed", "1 of 2 prompts has", well + row("Mood:", " negative", "positive")},
      {"newline-spelled-out", "1 of 2 prompts holds", well + row("Review: it\\nMood:", " negative", " positive")},
      {"text-garbled", "1 of 2 prompts holds", well + row("caf\u00C3\u00A9 Mood:", " negative", " positive")},
      {"labels-contradict", "1 of 2 prompts stands there before with another label (the first: p.jsonl line 2",
       row("It. Mood:", " negative", " positive", 0) + row("It. Mood:", " negative", " positive", 1)},
  };
  return all;
}

TEST(PromptTraps, SayNothingWhereAllIsWell) {
  EXPECT_THAT(
      codes(warnings_of_file(row("Mood:", " negative", " positive", 1) + row("Mood", " negative", " positive", 1))),
      IsEmpty());
  // one BOS; a line end before words without a space; a bracket before a letter; Chinese; ids that look like text
  EXPECT_THAT(codes(warnings_of_file(row("<|im_start|>Mood:", " negative", " positive"))), IsEmpty());
  EXPECT_THAT(codes(warnings_of_file(row("Mood:\n", "negative", "positive"))), IsEmpty());
  EXPECT_THAT(codes(warnings_of_file(row("Answer: (", "A", "B"))), IsEmpty());
  EXPECT_THAT(codes(warnings_of_file(row("\u7B54\u6848\uFF1A", "A", "B"))), IsEmpty());  // Chinese
  EXPECT_THAT(codes(warnings_of_file(R"({"ids": [2, 76], "option_ids": [302, 304]})")), IsEmpty());
}

TEST(PromptTraps, AreSeenOneByOne) {
  for (const Trapped& t : trapped()) {
    const std::vector<Warning> warnings = warnings_of_file(t.lines);
    EXPECT_THAT(codes(warnings), ElementsAre(t.code)) << t.lines;
    if (warnings.empty()) continue;
    EXPECT_THAT(warnings[0].message, StartsWith(t.message));
  }
}

/// The test has no tokenizer, since no small vocabulary has words that differ in case only.
TEST(PromptTraps, LabelWordsThatDifferInCaseOnly) {
  PromptSet set = parse_prompt_file(R"({"ids": [5], "options": [" Yes", " yes"], "option_ids": [6, 7]})", "p.jsonl");
  EXPECT_THAT(codes(prompt_warnings(set, nullptr)), ElementsAre("label-words-alike"));
}

TEST(PromptTraps, HintsAreOfWhatTheFileHolds) {
  const auto hint = [](const std::string& lines) { return warnings_of_file(lines).at(0).hint; };
  const auto remedies = [](const std::string& lines) { return warnings_of_file(lines).at(0).remedies; };
  const std::string twice = row("<|im_start|><|im_start|>Mood:", " negative", " positive");
  EXPECT_THAT(hint(twice), HasSubstr("put no BOS in front"));
  EXPECT_THAT(remedies(twice), ElementsAre(Remedy(Setting::bos, "no")));
  EXPECT_THAT(remedies(R"({"ids": [1, 1, 76], "option_ids": [302, 304]})"), IsEmpty());
  EXPECT_EQ(hint(R"({"ids": [1, 1, 76], "option_ids": [302, 304]})"), "take one of the two ids off each prompt");
  EXPECT_THAT(hint(row("Mood: ", " negative", " positive")), StartsWith("end each prompt of the file"));
}

TEST(PromptTraps, PathsAndCommandsOfLatexSpellNoLineEnd) {
  for (const char* prompt : {"In C:\\new\\names. Mood:", "If $\\nu \\neq 3$. Mood:"})
    EXPECT_THAT(codes(warnings_of_file(row(prompt, " negative", " positive"))), IsEmpty()) << prompt;
  for (const char* prompt : {"It.\\n\\nso. Mood:", "It.\\n so. Mood:", "It.\\nMood:"})
    EXPECT_THAT(codes(warnings_of_file(row(prompt, " negative", " positive"))), ElementsAre("newline-spelled-out"));
}

TEST(PromptTraps, AreAllTried) {
  std::set<std::string> tried = {"label-words-alike"}, known;
  for (const Trapped& t : trapped()) tried.insert(t.code);
  for (const Warning& kind : prompt_trap_kinds()) known.insert(kind.code);
  EXPECT_EQ(tried, known);
}

/// " x" is not one token in this vocabulary, so there is no better choice than "x".
TEST(PromptTraps, WordsWithoutASpacedTokenAreNoTrap) {
  EXPECT_THAT(codes(warnings_of_file(row("Mood:", "x", "y"))), IsEmpty());
}

TEST(PromptTraps, OfATaskTestRowsAndPoolCount) {
  PromptTemplate wording;
  wording.doc_to_text = "Review: {{text}}\nMood:\n";
  wording.doc_to_choice = {"negative", "positive"};
  const Task task{"t", "label", {"negative", "positive"}, {wording}, {}, {}};
  std::vector<DataRow> rows;
  for (int i = 0; i < 6; ++i)
    rows.push_back({{{"text", "film " + std::to_string(i)}, {"label", task.labels[i % 2]}}, "line"});
  PromptSet set = build_prompts(task, rows, {}, {.shots = 2, .labelled = 6, .content_free = true});
  tokenize_prompts(set, &tokenizer(), 100000, tokenizer().vocab_size());
  const std::vector<Warning> warnings = prompt_warnings(set, &tokenizer());
  ASSERT_THAT(codes(warnings), ElementsAre("prompt-ends-in-space"));
  EXPECT_THAT(warnings[0].message, StartsWith("4 of 4 prompts"));  // content-free prompts do not count
  EXPECT_THAT(warnings[0].hint, HasSubstr("target_delimiter"));
}

TEST(PromptTraps, BuiltInTasksFallIntoNone) {
  const auto demo = test::demo_model();
  if (!demo) GTEST_SKIP() << "the demo's model is not in the cache";
  const auto loaded = load_tokenizer(*demo);
  for (const std::string name : {"reviews", "news", "intents", "tickets"}) {
    const Task task = load_task(name);
    for (const BuiltinData& data : builtin_data()) {
      if (data.name != name) continue;
      for (std::int64_t index = 0; index < std::ssize(task.templates); ++index) {
        PromptSet set = build_prompts(task, parse_jsonl(data.train, "train"), parse_jsonl(data.test, "test"),
                                      {.template_index = index});
        tokenize_prompts(set, loaded.get(), 100000, loaded->vocab_size());
        EXPECT_THAT(codes(prompt_warnings(set, loaded.get())), IsEmpty()) << name << " " << index;
      }
    }
  }
}

}  // namespace
}  // namespace partwise::internal
