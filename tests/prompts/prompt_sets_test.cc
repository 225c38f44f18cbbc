#include "prompts/prompt_sets.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "prompts/too_long.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using test::error_of;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<DataRow> make_rows(const std::string& file, int n, const std::vector<std::string>& labels) {
  std::vector<DataRow> rows;
  for (int i = 0; i < n; ++i)
    rows.push_back({{{"text", fmt::format("{} {}", file, i)}, {"label", labels[i % labels.size()]}},
                    fmt::format("{} line {}", file, i + 1)});
  return rows;
}

Task make_task(const std::vector<std::string>& labels) {
  Task task{"t", "label", labels, {}, {}, {}};
  PromptTemplate wording;
  wording.doc_to_text = "In: {{text}}\nOut:";
  wording.description = "Do it.";
  wording.doc_to_choice = labels;
  task.templates = {wording};
  return task;
}

const std::vector<std::string> kTwo = {"x", "y"};

PromptSet build(PromptOptions options, int n_train = 60, int n_test = 3) {
  return build_prompts(make_task(kTwo), make_rows("train", n_train, kTwo), make_rows("test", n_test, kTwo), options);
}

std::vector<std::string> texts(const std::vector<Prompt>& prompts) {
  std::vector<std::string> all;
  for (const Prompt& prompt : prompts) all.push_back(prompt.text);
  return all;
}

/// The rows' texts without what stands before the last "In: ".
std::vector<std::string> inputs(const std::vector<Prompt>& prompts) {
  std::vector<std::string> all;
  for (const Prompt& prompt : prompts) all.push_back(prompt.text.substr(prompt.text.rfind("In: ")));
  return all;
}

std::vector<std::string> places(const PromptSet& set) {
  std::vector<std::string> all;
  for (const Prompt& prompt : set.prompts) all.push_back(prompt.place);
  return all;
}

TEST(PromptSets, OneSetIsWhatItWas) {
  const PromptSet set = build({.sets = 1});
  EXPECT_EQ(n_sets(set), 1);
  EXPECT_TRUE(set.demonstration_of.empty());
  for (const char* key : {"sets", "set_recipes", "set_demonstrations"}) EXPECT_FALSE(set.info.has(key)) << key;
  EXPECT_EQ(std::ranges::count(set.split, Split::demonstration), 0);
}

TEST(PromptSets, SetOneHasThePromptsThatThereAreWithoutOthers) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const PromptSet one = build({.seed = seed}), three = build({.seed = seed, .sets = 3});
    const auto all = texts(three.prompts);
    EXPECT_EQ(std::vector(all.begin() + 4, all.end()), texts(one.prompts));
    for (const char* key : {"recipe", "demonstrations", "repeated_test_rows"})
      EXPECT_EQ(three.info.text(key), one.info.text(key)) << key;
  }
}

TEST(PromptSets, AllSetsHaveTheSameRowsFirstThoseThatSetOneShows) {
  const PromptSet set = build({.labelled = 10, .content_free = true, .sets = 3});
  ASSERT_EQ(n_sets(set), 3);
  ASSERT_EQ(set.prompts.size(), 4u + 6 + 3 + 23);
  EXPECT_EQ(std::ranges::count(set.split, Split::demonstration), 4);
  EXPECT_TRUE(std::all_of(set.split.begin(), set.split.begin() + 4, [](Split s) { return s == Split::demonstration; }));
  const auto demonstrations = *set.info.find(facts::kDemonstrations);
  const auto rows = places(set);
  EXPECT_EQ(std::vector(rows.begin(), rows.begin() + 4), demonstrations);
  for (const auto& other : set.other_sets) {
    EXPECT_EQ(inputs(other), inputs(set.prompts));
    for (std::size_t i = 0; i < other.size(); ++i) {
      EXPECT_EQ(other[i].label, set.prompts[i].label);
      EXPECT_EQ(other[i].place, set.prompts[i].place);
    }
  }
}

TEST(PromptSets, SetZeroHasTheInstructionAlone) {
  const PromptSet set = build({.sets = 2});
  ASSERT_EQ(n_sets(set), 2);
  for (std::size_t i = 0; i < set.prompts.size(); ++i)
    EXPECT_EQ(set.other_sets[0][i].text, "Do it.\n\n" + inputs(set.prompts)[i]);
}

/// Label words of the demonstrations in the prefix of a recipe.
std::vector<std::string> demonstrated(const PromptRecipe& recipe) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = recipe.prefix.find("Out: ", at)) != std::string::npos; at += 5)
    words.push_back(recipe.prefix.substr(at + 5, 1));
  return words;
}

TEST(PromptSets, SetTwoShowsTheNextRowsShuffledLikewise) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const PromptSet set = build({.seed = seed, .sets = 3});
    const auto second = set.info.find(facts::kBlocks)->at(0), rows = places(set);
    const std::set<std::string> next(rows.begin() + 4, rows.begin() + 8);
    EXPECT_EQ(std::set<std::string>(second.begin(), second.end()), next);
    const auto words = demonstrated(recipes_of_sets(set.info).at(2));
    ASSERT_EQ(words.size(), 4u);
    EXPECT_NE(words[2], words[3]);
  }
}

TEST(PromptSets, SetTwoDoesNotDependOnTheNumberOfLabelledRows) {
  const PromptSet small = build({.labelled = 9, .sets = 3}), large = build({.labelled = 40, .sets = 3});
  EXPECT_EQ(small.info.text(facts::kSetRecipes), large.info.text(facts::kSetRecipes));
}

TEST(PromptSets, EachSetMoreShowsTheNextBlock) {
  const PromptSet three = build({.sets = 3}), five = build({.sets = 5});
  const auto blocks = *five.info.find(facts::kBlocks);
  const auto rows = places(five);
  ASSERT_EQ(blocks.size(), 3u);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const auto first = rows.begin() + 4 * (static_cast<std::ptrdiff_t>(b) + 1);
    EXPECT_THAT(blocks[b], ::testing::UnorderedElementsAreArray(first, first + 4));
    for (std::size_t i = 4 * (b + 1); i < 4 * (b + 2); ++i)
      EXPECT_EQ(five.demonstration_of[i], static_cast<std::int32_t>(b) + 2);
  }
  EXPECT_EQ(inputs(three.prompts), inputs(five.prompts));
  EXPECT_EQ(recipes_of_sets(three.info)[2], recipes_of_sets(five.info)[2]);
}

TEST(PromptSets, ARowIsADemonstrationOfOneSetAtMost) {
  const PromptSet set = build({.labelled = 10, .sets = 3}, 60, 1);
  EXPECT_THAT(set.demonstration_of, ElementsAre(1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0));
  EXPECT_EQ(pool_labels(set, 0).size(), 10u);
  EXPECT_EQ(pool_labels(set, 1).size(), 6u);
  EXPECT_EQ(pool_labels(set, 2).size(), 6u);
  for (std::size_t i = 4; i < 8; ++i)
    EXPECT_THAT(recipes_of_sets(set.info)[2].prefix, HasSubstr(inputs(set.prompts)[i]));
  EXPECT_THAT(build({.labelled = 10, .sets = 2}, 60, 1).demonstration_of, ElementsAre(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0));
}

TEST(PromptSets, RecipesMakeThePromptsOfTheirSets) {
  const PromptSet set = build({.sets = 3});
  const std::vector<PromptRecipe> recipes = recipes_of_sets(set.info);
  ASSERT_EQ(recipes.size(), 3u);
  EXPECT_EQ(set.info.text(facts::kSets), "3");
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    EXPECT_EQ(apply_recipe(recipes[0], set.prompts[i].row).text, set.prompts[i].text);
    for (std::size_t k = 0; k < 2; ++k)
      EXPECT_EQ(apply_recipe(recipes[k + 1], set.prompts[i].row).text, set.other_sets[k][i].text);
  }
}

TEST(PromptSets, NeedRowsForAPoolOfEach) {
  const Error error = error_of([] { build({.labelled = 8, .sets = 3}); });
  EXPECT_EQ(error.code(), ErrorCode::usage);
  EXPECT_STREQ(error.what(), "3 prompt sets with 4 demonstrations each, but 8 labelled rows");
  EXPECT_EQ(error.remedies()[0], Remedy(Setting::labelled, "9"));
  EXPECT_EQ(error_of([] { build({.labelled = 4, .sets = 2}); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([] { build({.shots = 0, .sets = 2}); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([] { build({.labelled = 60, .sets = 11}); }).code(), ErrorCode::usage);
}

TEST(PromptSets, NeedEveryLabelInEveryPool) {
  const Task task = make_task({"x", "y", "z"});  // one block of 3 has each label; the pool of set 1 is one row
  const auto train = make_rows("train", 30, {"x", "y", "z"});
  EXPECT_THAT(error_of([&] { build_prompts(task, train, {}, {.shots = 3, .labelled = 5, .sets = 2}); }).what(),
              HasSubstr("is left for the pool after the demonstrations"));
  std::vector<DataRow> rare = make_rows("train", 30, kTwo);  // both rows of the label z are in block two
  for (int i = 0; i < 2; ++i) rare[i].fields["label"] = "z";
  int n_refused = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    try {
      const PromptSet set = build_prompts(task, rare, {}, {.shots = 3, .labelled = 12, .seed = seed, .sets = 3});
      for (std::int32_t number : {0, 1, 2}) {
        const auto labels = pool_labels(set, number);
        EXPECT_EQ(std::set(labels.begin(), labels.end()).size(), 3u);
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
      ++n_refused;
    }
  }
  EXPECT_LT(n_refused, 20);
}

/// Every byte is a token.
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
  std::string decode(const std::vector<TokenId>& ids, bool) const override { return {ids.begin(), ids.end()}; }
  std::string token_text(TokenId id) const override { return decode({id}, false); }
};
const Bytes kBytes;
constexpr std::int64_t kAny = 1 << 20;

/// Three sets with rows of different lengths, and their ids. Demonstrations of set 2 are the longest.
PromptSet tokenized_sets() {
  std::vector<DataRow> train = make_rows("train", 60, kTwo);
  for (std::size_t i = 0; i < train.size(); ++i) train[i].fields["text"] += std::string(i % 7, 'a');
  PromptSet set = build_prompts(make_task(kTwo), train, make_rows("test", 3, kTwo), {.sets = 3});
  tokenize_prompts(set, &kBytes, kAny, 256);
  return set;
}

TEST(PromptSets, TokensAreMadeInAll) {
  const PromptSet set = tokenized_sets();
  for (const Prompt* prompt : prompts_of_all_sets(set)) {
    EXPECT_EQ(prompt->ids.size(), prompt->text.size());
    EXPECT_EQ(prompt->label_tokens.size(), 2u);  // " x" has two bytes
  }
}

TEST(PromptSets, ARowThatIsTooLongInOneSetIsLeftOutOfAll) {
  PromptSet set = tokenized_sets();
  const PromptSet all = set;
  std::vector<std::int64_t> longest;
  for (std::size_t i = 0; i < all.prompts.size(); ++i) longest.push_back(tokens_needed(longest_prompt(all, i)));
  const std::int64_t n_ctx = *std::ranges::max_element(longest) - 1;
  fit_to_context(set, TooLong::skip, &kBytes, n_ctx, 256);
  const auto n_left = std::ranges::count_if(longest, [&](std::int64_t n) { return n <= n_ctx; });
  ASSERT_LT(set.prompts.size(), all.prompts.size());
  EXPECT_EQ(std::ssize(set.prompts), n_left);
  EXPECT_EQ(set.split.size(), set.prompts.size());
  EXPECT_EQ(set.demonstration_of.size(), set.prompts.size());
  for (const auto& other : set.other_sets) EXPECT_EQ(inputs(other), inputs(set.prompts));
}

TEST(PromptSets, ARowIsCutToTheSameTextInAll) {
  PromptSet set = tokenized_sets();
  const PromptSet all = set;
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < all.prompts.size(); ++i)
    longest = std::max(longest, tokens_needed(longest_prompt(all, i)));
  fit_to_context(set, TooLong::cut, &kBytes, longest - 2, 256);
  EXPECT_NE(inputs(set.prompts), inputs(all.prompts));
  for (const auto& other : set.other_sets) EXPECT_EQ(inputs(other), inputs(set.prompts));
  std::int64_t now = 0;
  for (const Prompt* prompt : prompts_of_all_sets(set)) now = std::max(now, tokens_needed(*prompt));
  EXPECT_EQ(now, longest - 2);
}

TEST(PromptSets, TheLongestPromptOfARowIsNamedIfItIsRefused) {
  PromptSet set = tokenized_sets();
  const std::int64_t first = tokens_needed(longest_prompt(set, 0));
  EXPECT_THAT(error_of([&] { fit_to_context(set, TooLong::refuse, &kBytes, 10, 256); }).what(),
              HasSubstr(fmt::format("the prompt has {} tokens", first)));
}

}  // namespace
}  // namespace partwise::internal
