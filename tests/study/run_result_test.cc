#include "study/run_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/evaluation.h"
#include "analysis/learning_curve.h"
#include "base/json.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const StudyRun kMain{.task = "films", .template_name = "plain", .seed = 7, .shots = 4, .labelled = 24, .is_main = true};

// 20 rows of the pool, 40 of the test.
internal::Run split_run() {
  internal::Run run = test::make_run(60, 2, 3, 2);
  run.split.assign(60, Split::test);
  std::fill_n(run.split.begin(), 20, Split::pool);
  return run;
}

const MethodResult& method(const RunResult& result, const std::string& name, std::int64_t labelled) {
  for (const MethodResult& m : result.methods)
    if (m.method == name && m.labelled == labelled) return m;
  throw std::runtime_error("no method " + name);
}

TEST(JudgeRun, FitsReadersOnTheFirstLabelledRows) {
  const internal::Run run = split_run();
  const RunResult result = judge_run(run, kMain, {"comprw", "batch-calibration"}, {12, 24});
  ASSERT_EQ(result.methods.size(), 4u);  // icl, comprw twice, batch calibration, which learns from no labels, once
  for (std::int64_t k : {12, 24}) {
    const auto reader = make_reader("comprw");
    reader->fit(run.parts, run.labels, with_pool_size(fit_rows(run), k - 4));
    const Evaluation expected = evaluate(*reader, run, test_rows(run));
    EXPECT_EQ(method(result, "comprw", k).accuracy, expected.accuracy.value);
    EXPECT_EQ(method(result, "comprw", k).nll, expected.nll);
    EXPECT_EQ(method(result, "comprw", k).brier, expected.brier);
  }
  const MethodResult& icl = method(result, "icl", 4);
  EXPECT_EQ(icl.n, 40);
  EXPECT_EQ(std::count(icl.right.begin(), icl.right.end(), '1'), std::lround(40 * icl.accuracy));
  EXPECT_EQ(method(result, "batch-calibration", 4).shots, 4);
}

TEST(JudgeRun, SaysWhatCouldNotBeFitted) {
  const RunResult result = judge_run(split_run(), kMain, {"reweight-hidden", "comprw"}, {24, 40});
  ASSERT_EQ(result.left_out.size(), 3u);  // no hidden states are stored, and the pool has only 20 rows
  EXPECT_EQ(result.left_out[0].method, "reweight-hidden");
  EXPECT_EQ(result.left_out[2].method, "comprw");
  EXPECT_EQ(result.left_out[2].labelled, 40);
}

TEST(JudgeRun, OtherRunsAreJudgedAsAWhole) {
  StudyRun bare = kMain;
  bare.is_main = false;
  const RunResult result = judge_run(split_run(), bare, {"comprw"}, {24});
  EXPECT_EQ(result.methods.size(), 1u);
  EXPECT_TRUE(result.parts.empty());
}

// The run itself has no left-out rows. Results keep places for them, so that runs with other rows can be compared.
TEST(JudgeRun, RowsThatWereLeftOutKeepTheirPlaces) {
  internal::Run run = split_run();
  const RunResult whole = judge_run(run, kMain, {}, {24});
  run.info.entries["too_long"] = R"({"how":"skip","n":2,"of":62,"context":8,"places":["t line 1"],"test_rows":[0,3]})";
  const RunResult result = judge_run(run, kMain, {}, {24});
  const std::string& right = whole.methods[0].right;
  EXPECT_EQ(result.methods[0].right, "-" + right.substr(0, 2) + "-" + right.substr(2));
  EXPECT_EQ(result.methods[0].n, 40);
  EXPECT_EQ(result.too_long->n, 2);
  for (std::size_t c = 0; c < whole.parts.size(); ++c)
    for (std::size_t i = 0; i < 3; ++i) {
      const std::int64_t row = whole.parts[c].helpful[i];
      EXPECT_EQ(result.parts[c].helpful[i], row < 2 ? row + 1 : row + 2);
    }
  EXPECT_EQ(run_result_from_json(to_json(result), "x.json"), result);
}

TEST(JudgeRun, ReadsEveryPart) {
  const internal::Run run = split_run();
  const RunResult result = judge_run(run, kMain, {}, {24});
  const Analysis analysis = analyze(run, test_rows(run));
  ASSERT_EQ(result.parts.size(), 8u);
  for (std::size_t c = 0; c < 8; ++c) {
    const PartResult& part = result.parts[c];
    EXPECT_EQ(part.hits, analysis.components[c].accuracy.hits);
    EXPECT_EQ(part.confusion[0] + part.confusion[3], part.hits);
    EXPECT_EQ(part.confusion[0] + part.confusion[1] + part.confusion[2] + part.confusion[3], 40);
  }
  EXPECT_EQ(result.chance, 0.5);
}

// One head, one layer: the head's push to the true label in four rows is 1, -2, 3, 0.
TEST(JudgeRun, FindsTheRowsThatAPartHelpsAndHarmsMost) {
  internal::Run run = test::make_run(4, 1, 1, 2);
  run.split.assign(4, Split::test);
  run.labels = {0, 1, 0, 1};
  const float heads[] = {1, 0, 2, 0, 3, 0, 5, 5};
  std::copy(std::begin(heads), std::end(heads), run.parts.heads.data());
  const RunResult result = judge_run(run, kMain, {}, {24});
  EXPECT_THAT(result.parts[0].helpful, ::testing::ElementsAre(2, 0, 3));
  EXPECT_THAT(result.parts[0].harmful, ::testing::ElementsAre(1, 3, 0));
}

TEST(RunResultJson, ComesBackAsItWas) {
  internal::Run run = split_run();
  run.info.entries = {{"minimal_pair_of", "line"}, {"ood_of", "books"}};
  run.info.entries["warnings"] = FactText<std::vector<Warning>>::write({{"double-bos", "two of two", "take it out"}});
  const RunResult result = judge_run(run, kMain, {"comprw", "reweight-hidden"}, {12, 24});
  EXPECT_EQ(result.pair_of, "line");
  EXPECT_EQ(result.ood_of, "books");
  EXPECT_THAT(result.warnings, ::testing::ElementsAre(Warning{"double-bos", "two of two", "take it out"}));
  EXPECT_EQ(run_result_from_json(Json::parse(to_json(result).dump()), "x.json"), result);
}

TEST(RunResultJson, WhatDoesNotFitIsRefused) {
  const Json good = to_json(judge_run(split_run(), kMain, {}, {24}));
  const auto refused = [&](const char* pointer, const Json& value) {
    Json bad = good;
    bad[Json::json_pointer(pointer)] = value;
    return test::error_of([&] { run_result_from_json(bad, "x.json"); });
  };
  EXPECT_THAT(refused("/n_heads", 4).what(), HasSubstr("x.json: its sizes do not fit together"));
  EXPECT_EQ(refused("/parts/0/kind", "odd").code(), ErrorCode::bad_data);
  EXPECT_EQ(refused("/parts/0/helpful", {40}).code(), ErrorCode::bad_data);
  EXPECT_STREQ(refused("/parts/0/hits", "x").what(), "x.json: type must be number, but is string");
  EXPECT_EQ(refused("/methods/0/right", "101").code(), ErrorCode::bad_data);
  EXPECT_EQ(test::error_of([] { run_result_from_json(Json(), "x.json"); }).code(), ErrorCode::bad_data);
}

}  // namespace
}  // namespace partwise::internal
