#include "analysis/unheard_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "readers/fits.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Twelve rows of three labels that come in turn, in three prompt sets. Set 1 shows rows 0 to 2, set 2 rows 3 to 5.
internal::Run three_sets() {
  internal::Run run = test::formula_run(12, 2, 2, 3, 2);
  test::add_hidden_states(run);
  run.parts.other_sets = {run.parts, run.parts};
  run.parts.demonstration_of.assign(12, 0);
  for (std::size_t i = 0; i < 6; ++i) run.parts.demonstration_of[i] = i < 3 ? 1 : 2;
  run.info.entries["label_words"] = R"(["a", "b", "c"])";
  return run;
}

FitRows rows_to_fit_on(std::vector<std::int64_t> pool) {
  return {.pool = std::move(pool), .demonstrations = {0, 1, 2}};
}

/// The sets that the committee itself is fitted on.
std::string heard_by_committee(const internal::Run& run, const FitRows& rows) {
  const auto reader = make_reader("committee");
  reader->fit(run.parts, run.labels, rows, {}, Calibration::off);
  std::string sets;
  const Json state = reader->save();
  for (const auto& [set, own] : state["sets"].items()) sets += set;
  return sets;
}

TEST(UnheardSets, AreNoneIfTheRowsSufficeAndOfARunWithOneSet) {
  const internal::Run run = three_sets();
  const FitRows rows = rows_to_fit_on({3, 4, 5, 6, 7, 8});
  EXPECT_THAT(unheard_sets(run, rows), IsEmpty());
  EXPECT_EQ(heard_by_committee(run, rows), "012");
  EXPECT_THAT(unheard_sets(test::formula_run(12, 2, 2, 3, 2), rows), IsEmpty());
}

TEST(UnheardSets, ShowARowThatIsNotAmongThoseToFitOn) {
  const internal::Run run = three_sets();
  const FitRows rows = rows_to_fit_on({4, 5, 6, 7, 8});
  EXPECT_THAT(unheard_sets(run, rows),
              ElementsAre("prompt set 2 is left out: its prompts show a row that is not to fit on, so that its "
                          "label is not known; answers hear sets 0 and 1"));
  EXPECT_EQ(heard_by_committee(run, rows), "01");
}

TEST(UnheardSets, LackALabelAmongTheRowsThatTheyDoNotShow) {
  const internal::Run run = three_sets();
  const FitRows rows = rows_to_fit_on({3, 4, 5});
  EXPECT_THAT(unheard_sets(run, rows), IsEmpty());  // each shows three rows and is fitted on the other three
  internal::Run lacking = run;
  lacking.parts.demonstration_of = {1, 1, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0};
  EXPECT_THAT(unheard_sets(lacking, rows),
              ElementsAre("prompt set 1 is left out: no row to fit on that it does not show has the label 'a'; answers "
                          "hear sets 0 and 2"));
  EXPECT_EQ(heard_by_committee(lacking, rows), "02");
}

}  // namespace
}  // namespace partwise::internal
