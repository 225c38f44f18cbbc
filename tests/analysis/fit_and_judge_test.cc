#include "analysis/fit_and_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "readers/fits.h"
#include "support/errors.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::HasSubstr;

internal::Run split_run() {
  internal::Run run = test::make_run(30, 2, 2, 3);
  run.split.assign(30, Split::test);
  std::fill_n(run.split.begin(), 18, Split::pool);
  run.info.entries["label_words"] = R"(["a", "b", "c"])";
  run.info.entries["fingerprint"] = "f";
  return run;
}

TEST(FitAndJudge, IsAFitOnTheRowsAndAnEvaluationOnTheTestRows) {
  const internal::Run run = split_run();
  const FitRows rows = fit_rows(run);
  const FittedAndJudged result = fit_and_judge("comprw", run, rows);
  const auto reader = make_reader("comprw");
  const FitReport report = reader->fit(run.parts, run.labels, rows);
  EXPECT_EQ(result.fitted.reader->save(), reader->save());
  EXPECT_EQ(result.fitted.report.train_accuracy, report.train_accuracy);
  EXPECT_EQ(result.fitted.label_words, run.label_words());
  EXPECT_EQ(result.fitted.info.entries, run.info.entries);
  EXPECT_EQ(result.fitted.shape(), reader_shape(run.parts));
  EXPECT_EQ(result.evaluation.n(), 12);
  EXPECT_EQ(result.evaluation.nll, evaluate(*reader, run, test_rows(run)).nll);
}

TEST(FitKind, NamesTheLabelThatIsToBlameByItsWord) {
  internal::Run run = test::formula_run(12, 2, 2, 3, 2);
  test::add_hidden_states(run);
  run.info.entries["label_words"] = R"(["a", "b", "c"])";
  const FitRows rows{.pool = {0, 1, 2, 3, 5}};  // of labels that come in turn, the second has one row
  EXPECT_THAT(test::error_of([&] { fit_kind("ensemble", run, rows); }).what(),
              HasSubstr("ensemble needs 2 rows of every label, and 1 of the 5 rows to fit on has the label 'b'"));
}

TEST(ErrorIfRefused, IsTheErrorOfBadDataOnly) {
  const internal::Run run = split_run();
  const auto refusal = error_if_refused([&] { fit_and_judge("comprw", run, {.test = test_rows(run)}); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->what(), HasSubstr("no row to fit on"));
  EXPECT_FALSE(error_if_refused([&] { fit_and_judge("full", run, {.test = test_rows(run)}); }));
  const auto misspelt = [&] { error_if_refused([&] { fit_and_judge("compwr", run, {}); }); };
  EXPECT_EQ(test::error_of(misspelt).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace partwise::internal
