// Several prompt sets in one pass.
#include "prompts/prompt_sets.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "readers/reader.h"
#include "session/decompose_job.h"
#include "session/decompose_plan.h"
#include "session/decompose_rows.h"
#include "session/fitting.h"
#include "session/reader_prompts.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

const LoadedModel& tiny_llama() {
  static const LoadedModel loaded({(test::source_dir() / "tests" / "golden" / "tiny-llama").string(), {}, {}});
  return loaded;
}

std::vector<DataRow> make_rows(const std::string& file, int n) {
  std::vector<DataRow> rows;
  for (int i = 0; i < n; ++i)
    rows.push_back(
        {{{"text", fmt::format("it was {} {}", i % 3 ? "long" : "short", i)}, {"label", i % 2 ? "good" : "bad"}},
         fmt::format("{} line {}", file, i + 1)});
  return rows;
}

PromptSet build(PromptOptions options) {
  Task task{"t", "label", {"good", "bad"}, {}, {}, {}};
  PromptTemplate wording;
  wording.doc_to_text = "{{text}}";
  wording.doc_to_choice = task.labels;
  task.templates = {wording};
  PromptSet set = build_prompts(task, make_rows("train", 20), make_rows("test", 3), options);
  tiny_llama().tokenize(set);
  return set;
}

const ComputeOptions kStoreAll{.stored = {.hidden = true, .z = true}};

internal::Run run_of(const PromptSet& set, const ComputeOptions& compute = kStoreAll, DecomposeStats* stats = nullptr) {
  return decompose_prompts(Session(tiny_llama(), compute, Passes::one), set, {}, stats);
}

void expect_same(const Contributions& a, const Contributions& b, const std::string& what) {
  test::expect_same_bits(a, b, what);
  for (const auto array : {&Contributions::hidden, &Contributions::z, &Contributions::log_probs})
    EXPECT_TRUE(test::same_bits(a.*array, b.*array)) << what;
}

std::vector<std::int64_t> rows_from(std::int64_t first, std::int64_t n) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < n; ++i) rows.push_back(first + i);
  return rows;
}

TEST(PromptSetsOfARun, HaveTheBitsOfRunsOfTheirOwn) {
  const PromptSet three = build({.shots = 2, .labelled = 6, .sets = 3});
  const internal::Run all = run_of(three);
  ASSERT_EQ(all.parts.other_sets.size(), 2u);
  EXPECT_EQ(all.parts.demonstration_of, three.demonstration_of);
  const internal::Run one = run_of(build({.shots = 2, .labelled = 6}));
  expect_same(select_rows(all, rows_from(2, one.parts.n_examples())).parts, one.parts, "set 1");
  for (std::size_t k = 0; k < 2; ++k) {
    PromptSet own;
    own.prompts = three.other_sets[k];
    expect_same(all.parts.other_sets[k], run_of(own).parts, fmt::format("other set {}", k));
  }
  EXPECT_FALSE(test::same_bits(all.parts.heads, all.parts.other_sets[0].heads));
}

TEST(PromptSetsOfARun, ShareAPass) {
  const PromptSet set = build({.shots = 2, .labelled = 6, .sets = 3});
  DecomposeStats stats;
  run_of(set, {}, &stats);
  std::int64_t n_tokens = 0;
  for (const Prompt* prompt : prompts_of_all_sets(set)) n_tokens += std::ssize(prompt->ids);
  EXPECT_EQ(stats.n_prompt_tokens, n_tokens);
  EXPECT_EQ(stats.n_groups, 1);
  const DecomposePlan plan = plan_of_decompose(tiny_llama(), set, {});
  EXPECT_EQ(plan.n_prompts, 3 * 9);
  EXPECT_EQ(plan.n_sets, 3);
  EXPECT_EQ(plan.n_demonstrations, 2);
  EXPECT_EQ(plan.n_pool, 4);
  EXPECT_EQ(plan.stats.n_computed_tokens, stats.n_computed_tokens);
}

TEST(PromptSetsOfARun, AreKnownByTheirMetadata) {
  const PromptSet two = build({.shots = 2, .labelled = 6, .sets = 2}),
                  three = build({.shots = 2, .labelled = 6, .sets = 3});
  EXPECT_NE(hash_of_ids(two), hash_of_ids(three));
  EXPECT_FALSE(is_same_run(run_info(tiny_llama(), two, {}), run_info(tiny_llama(), three, {})));
  PromptSet other = three;
  std::swap(other.demonstration_of[0], other.demonstration_of[2]);
  EXPECT_NE(hash_of_ids(other), hash_of_ids(three));
}

TEST(PromptSetsOfARun, HaveNoSplitHeads) {
  const PromptSet set = build({.shots = 2, .labelled = 6, .sets = 2});
  for (const ComputeOptions& compute : {ComputeOptions{.by_source = true}, ComputeOptions{.by_token = true}})
    EXPECT_EQ(test::error_of([&] { run_of(set, compute); }).code(), ErrorCode::usage);
}

TEST(PromptSetsOfARun, MayLackAPart) {
  const PromptSet set = build({.shots = 2, .labelled = 6, .sets = 3});
  const ComputeOptions compute{.ablate = {"L0H1"}};
  const internal::Run all = run_of(set, compute);
  PromptSet own;
  own.prompts = set.other_sets[1];
  test::expect_same_bits(all.parts.other_sets[1], run_of(own, compute).parts, "set 2 without a part");
}

/// Rows of JSON.
std::vector<TextRow> rows_of_json(const TextRows& rows, const std::vector<std::string>& json) {
  std::vector<TextRow> made;
  for (const std::string& line : json) made.push_back(rows.make({Line{line, "row"}, {}}));
  return made;
}

class RowsOfSeveralSets : public ::testing::Test {
 protected:
  TextRows rows(TooLong how = TooLong::refuse) const {
    return TextRows(reader_, RowForm::json, how, tiny_llama(), std::nullopt);
  }

  internal::Run run_ = run_of(build({.shots = 2, .labelled = 6, .sets = 3}));
  ReaderFile reader_ = fit_kind("committee", run_, fit_rows(run_));
};

TEST_F(RowsOfSeveralSets, HaveTheBitsOfTheRun) {
  std::vector<TextRow> asked = rows_of_json(rows(), {R"({"text": "it was short 0"})", "no JSON",
                                                     R"({"text": "it was long 1"})", R"({"text": "it was long 2"})"});
  const Session session(tiny_llama(), {}, Passes::many);
  const Contributions parts = decompose_rows(session, reader_, asked, {});
  const Contributions known = select_rows(run_, test_rows(run_)).parts;
  ASSERT_EQ(parts.n_examples(), 3);
  EXPECT_TRUE(asked[1].error);
  test::expect_same_bits(parts, known, "set 1");
  ASSERT_EQ(parts.other_sets.size(), 2u);
  for (std::size_t k = 0; k < 2; ++k) test::expect_same_bits(parts.other_sets[k], known.other_sets[k], "other set");
}

TEST_F(RowsOfSeveralSets, ARowFailsAloneIfOneOfItsPromptsDoes) {
  std::vector<TextRow> asked = rows_of_json(
      rows(), {R"({"text": "it was short 0"})", R"({"text": "it was long 1"})", R"({"text": "it was long 2"})"});
  asked[1].other_prompts[0].ids[0] = asked[1].other_prompts[1].ids[0] = -1;
  const Contributions parts = decompose_rows(Session(tiny_llama(), {}, Passes::many), reader_, asked, {});
  ASSERT_TRUE(asked[1].error);
  EXPECT_THAT(asked[1].error->what(), ::testing::HasSubstr("row: token id -1"));
  const Contributions known = select_rows(run_, test_rows(run_)).parts;
  for (std::int64_t i : {0, 2}) {
    EXPECT_FALSE(asked[static_cast<std::size_t>(i)].error);
    std::vector<double> scores(2), expected(2);
    reader_.reader->scores(parts, asked[static_cast<std::size_t>(i)].example, scores);
    reader_.reader->scores(known, i, expected);
    EXPECT_EQ(scores, expected);
  }
}

TEST_F(RowsOfSeveralSets, FinishedPromptsAreRefused) {
  const auto asked = rows_of_json(rows(), {R"({"prompt": "it was", "options": [" good", " bad"]})"});
  ASSERT_TRUE(asked[0].error);
  EXPECT_THAT(asked[0].error->what(), ::testing::HasSubstr("a finished prompt is of one prompt set"));
}

TEST_F(RowsOfSeveralSets, AreCutToOneText) {
  std::string text = "it was";
  while (text.size() < 2000) text += " long";
  const auto asked = rows_of_json(rows(TooLong::cut), {fmt::format(R"({{"text": "{}"}})", text)});
  ASSERT_FALSE(asked[0].error);
  ASSERT_EQ(asked[0].other_prompts.size(), 2u);
  EXPECT_TRUE(asked[0].is_cut);
  for (const Prompt& other : asked[0].other_prompts) EXPECT_EQ(other.row.fields, asked[0].prompt.row.fields);
  EXPECT_LE(tokens_needed(asked[0].other_prompts[1]), tiny_llama().config().n_ctx);
}

}  // namespace
}  // namespace partwise::internal
