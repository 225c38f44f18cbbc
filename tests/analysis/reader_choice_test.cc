#include "analysis/reader_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "readers/fits.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;

/// Losses of rows 0, 1, ...
Losses losses(std::initializer_list<double> values) {
  Losses all;
  for (double value : values) all.emplace(std::ssize(all), value);
  return all;
}

TEST(ReaderChoice, IsTheLastUnlessAnotherIsBetterByMoreThanTwoStandardErrors) {
  const Losses last = losses({1, 1, 1, 1});
  EXPECT_EQ(chosen_candidate(std::vector{losses({0.8, 0.9, 0.7, 0.8}), last}), 0u);
  EXPECT_EQ(chosen_candidate(std::vector{losses({1.2, 1.1, 1.2, 1.3}), last}), 1u);
  // the differences 0.3, 0.1, -0.1, 0.3 have the mean 0.15, their standard error is 0.0957
  EXPECT_EQ(chosen_candidate(std::vector{losses({0.7, 0.9, 1.1, 0.7}), last}), 1u);
}

TEST(ReaderChoice, IsTheBestOfThose) {
  const Losses last = losses({1, 1, 1});
  EXPECT_EQ(chosen_candidate(std::vector{losses({0.8, 0.8, 0.9}), losses({0.5, 0.5, 0.6}), last}), 1u);
}

TEST(ReaderChoice, ComparesOnTheRowsThatAllHave) {
  Losses first = losses({9, 0.5, 0.5, 0.6});  // row 0 is not among those of the last one
  const Losses last = {{1, 1}, {2, 1}, {3, 1}, {7, 0}};
  EXPECT_EQ(chosen_candidate(std::vector{first, last}), 0u);
  EXPECT_EQ(chosen_candidate(std::vector{losses({0.1}), Losses{{5, 1}}}), 1u);
}

TEST(ReaderChoice, LossesAreThoseOfTheCalibratedProbabilities) {
  const internal::Run run = test::formula_run(26, 2, 2, 3, 2);
  FitRows rows;
  for (std::int64_t i = 0; i < 18; ++i) rows.pool.push_back(i);
  const auto reader = make_reader("reweight");
  const FitReport report = reader->fit(run.parts, run.labels, rows);
  const Losses all = left_out_losses(*reader, report);
  ASSERT_EQ(all.size(), 18u);
  std::vector<double> p(report.left_out.scores_of(4).begin(), report.left_out.scores_of(4).end());
  reader->temperatures()->to_probabilities(p);
  EXPECT_DOUBLE_EQ(all.at(report.left_out.rows[4]), -std::log(p[static_cast<std::size_t>(report.left_out.labels[4])]));
  EXPECT_TRUE(left_out_losses(*reader, reader->fit(run.parts, run.labels, rows, {}, Calibration::off)).empty());
}

TEST(ReaderChoice, OfARunOfPartsAloneIsAmongThoseThatReadNoMore) {
  internal::Run run = test::formula_run(26, 2, 2, 3, 2);
  EXPECT_THAT(candidates_for(run.parts), ElementsAre("reweight"));
  test::add_hidden_states(run);
  EXPECT_EQ(candidates_for(run.parts).size(), 4u);
}

}  // namespace
}  // namespace partwise::internal
