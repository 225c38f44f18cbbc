#include "study/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace partwise::internal {
namespace {

RunResult run_of(std::string task, std::vector<std::string> codes) {
  RunResult run{std::move(task), "plain", 0, 4, true};
  for (const std::string& code : codes) run.warnings.push_back({code, code + " in " + run.task, "do it"});
  return run;
}

TEST(StudyWarnings, AreCountedOverTheRunsOfATask) {
  StudyResults results;
  results.tasks = {"b", "a", "well"};
  results.models = {{"m", "", {run_of("a", {"y", "x"}), run_of("a", {"x", "x"}), run_of("b", {"x"})}},
                    {"n", "", {run_of("a", {}), run_of("b", {"x"}), run_of("well", {})}}};
  std::vector<std::string> said;
  for (const StudyWarning& w : study_warnings(results)) said.push_back(describe_runs(w) + ": " + w.warning.message);
  EXPECT_THAT(said,
              ::testing::ElementsAre("b, all 2 runs: x in b", "a, 2 of 3 runs: x in a", "a, 1 of 3 runs: y in a"));
}

TEST(StudyWarnings, OfAnOnlyRunNeedNoNumbers) {
  StudyResults results;
  results.tasks = {"a"};
  results.models = {{"m", "", {run_of("a", {"x"})}}};
  ASSERT_EQ(study_warnings(results).size(), 1u);
  EXPECT_EQ(describe_runs(study_warnings(results)[0]), "a");
}

}  // namespace
}  // namespace partwise::internal
