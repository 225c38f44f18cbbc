#include "analysis/cross_validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "readers/fits.h"

namespace partwise::internal {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::UnorderedElementsAre;

/// Twenty-four rows whose three labels come in turn. Set 1 shows rows 0 to 2, set 2 rows 3 to 5.
internal::Run three_sets() {
  internal::Run run = test::formula_run(24, 2, 2, 3, 2);
  test::add_hidden_states(run);
  Contributions other = run.parts;
  run.parts.other_sets = {other, other};
  for (std::int64_t i = 0; i < 24; ++i) run.parts.demonstration_of.push_back(i < 3 ? 1 : i < 6 ? 2 : 0);
  return run;
}

FitRows rows_of_three_sets() {
  FitRows rows;
  for (std::int64_t i = 0; i < 24; ++i) (i < 3 ? rows.demonstrations : rows.pool).push_back(i);
  return rows;
}

std::vector<std::string> kinds(std::initializer_list<const char*> names) { return {names.begin(), names.end()}; }

TEST(CrossValidation, FoldsHoldEveryRowOnceAndLabelsAlike) {
  const internal::Run run = three_sets();
  const auto folds = folds_of(run, rows_of_three_sets(), 4);
  std::multiset<std::int64_t> rows;
  for (const auto& fold : folds) {
    rows.insert(fold.begin(), fold.end());
    EXPECT_EQ(fold.size(), 6u);
    for (std::int32_t y = 0; y < 3; ++y)
      EXPECT_EQ(std::ranges::count_if(fold, [&](std::int64_t row) { return run.labels[row] == y; }), 2);
  }
  EXPECT_EQ(rows.size(), 24u);
  EXPECT_EQ(std::set<std::int64_t>(rows.begin(), rows.end()).size(), 24u);
}

TEST(CrossValidation, WhatOneSetShowsIsInOneFold) {
  const internal::Run run = three_sets();
  for (std::int64_t n : {2, 5, 10}) {
    const auto folds = folds_of(run, rows_of_three_sets(), n);
    EXPECT_EQ(std::ssize(folds), n);
    for (const std::set<std::int64_t>& block : {std::set<std::int64_t>{0, 1, 2}, {3, 4, 5}}) {
      const auto touched = std::ranges::count_if(folds, [&](const auto& fold) {
        return std::ranges::any_of(fold, [&](std::int64_t row) { return block.contains(row); });
      });
      EXPECT_EQ(touched, 1);
    }
  }
}

/// A reader that has seen a row's own label would tell it.
TEST(CrossValidation, NoRowSeesItsOwnLabel) {
  const internal::Run run = three_sets();
  const FitRows rows = rows_of_three_sets();
  const auto folds = folds_of(run, rows, 4);
  const auto all = kinds({"reweight", "committee"});
  const CrossValidation before = cross_validate(run, rows, folds, all, {});
  for (const auto& fold : folds) {
    internal::Run other = run;  // the fold's labels turn around
    for (std::int64_t row : fold) other.labels[row] = (other.labels[row] + 1) % 3;
    const CrossValidation after = cross_validate(other, rows, folds, all, {});
    for (const std::string& kind : all) {
      for (const HeldOut& one : before.by_kind.at(kind)) {
        if (!std::ranges::count(fold, one.row)) continue;
        EXPECT_THAT(after.by_kind.at(kind), ::testing::Contains(Field(&HeldOut::probabilities, one.probabilities)));
      }
    }
  }
}

TEST(CrossValidation, IsThatOfFitsWithoutTheFold) {
  const internal::Run run = three_sets();
  const FitRows rows = rows_of_three_sets();
  const std::vector<std::vector<std::int64_t>> folds = {{6, 7, 8}};  // which no set shows
  const CrossValidation cross = cross_validate(run, rows, folds, kinds({"committee"}), kinds({"reweight"}));
  FitRows kept = rows;
  std::erase_if(kept.pool, [](std::int64_t row) { return row >= 6 && row <= 8; });
  for (const char* kind : {"committee", "reweight"}) {
    const auto reader = make_reader(kind);
    reader->fit(run.parts, run.labels, kept, {}, Calibration::quick);
    ASSERT_EQ(cross.by_kind.at(kind).size(), 3u);
    for (const HeldOut& one : cross.by_kind.at(kind)) {
      std::vector<double> p(3);
      reader->probabilities(run.parts, one.row, p);
      EXPECT_EQ(one.probabilities, p) << kind;
      EXPECT_EQ(one.label, run.labels[one.row]);
    }
  }
}

TEST(CrossValidation, AKindOfOneSetIsAskedInTheFirstSetThatShowsNoRowOfTheFold) {
  internal::Run run = three_sets();
  run.parts.other_sets[1].logits(1, 0) += 5;  // set 2 says something else of row 1
  run.parts.other_sets[1].heads(1, 0, 0, 0) += 5;
  const FitRows rows = rows_of_three_sets();
  const CrossValidation cross = cross_validate(run, rows, {{0, 1, 2}}, kinds({"reweight"}), {});
  FitRows kept;
  for (std::int64_t i = 6; i < 24; ++i) kept.pool.push_back(i);  // neither the fold, nor what set 2 shows
  const auto reader = make_reader("reweight");
  reader->fit(run.parts.other_sets[1], run.labels, kept, {}, Calibration::quick);
  std::vector<double> p(3);
  reader->probabilities(run.parts.other_sets[1], 1, p);
  ASSERT_EQ(cross.by_choice.size(), 3u);
  EXPECT_EQ(cross.by_choice[1].probabilities, p);
}

TEST(CrossValidation, ChoosesByTheHeldOutRows) {
  CrossValidation cross;
  for (std::int64_t row = 0; row < 6; ++row) {
    const double p = row % 2 ? 0.6 : 0.7;
    cross.by_kind["better"].push_back({row, 0, {p + 0.2, 0.8 - p}});
    cross.by_kind["default"].push_back({row, 0, {p, 1 - p}});
  }
  EXPECT_EQ(chosen_by(cross, kinds({"better", "default"})), "better");
  EXPECT_EQ(chosen_by(cross, kinds({"default", "unjudged"})), "default");
  EXPECT_EQ(chosen_by(cross, kinds({"unjudged", "neither"})), "neither");
}

TEST(CrossValidation, DoesNotChooseWhatNoFoldChose) {
  CrossValidation cross;
  for (std::int64_t row = 0; row < 6; ++row) {
    const double p = row % 2 ? 0.6 : 0.7;
    cross.by_kind["better"].push_back({row, 0, {p + 0.2, 0.8 - p}});
    cross.by_kind["default"].push_back({row, 0, {p, 1 - p}});
  }
  cross.choices = {"default", "", "default", "other"};
  EXPECT_EQ(chosen_by(cross, kinds({"better", "default"})), "default");
  cross.choices[3] = "better";
  EXPECT_EQ(chosen_by(cross, kinds({"better", "default"})), "better");
}

TEST(CrossValidation, AKindThatReadsWordsIsFittedOnDemonstrationsToo) {
  const FitRows rows{.pool = {4, 5}, .demonstrations = {1, 2}};
  EXPECT_EQ(rows_to_fit(reader_kind("bag-of-words"), rows).pool, (std::vector<std::int64_t>{1, 2, 4, 5}));
  EXPECT_EQ(rows_to_fit(reader_kind("reweight"), rows).pool, rows.pool);
}

TEST(CrossValidation, TheMostFrequentLabelIsThatOutsideTheFold) {
  internal::Run run = three_sets();
  for (std::int64_t i = 12; i < 24; ++i) run.labels[i] = 2;
  const CrossValidation cross =
      cross_validate(run, rows_of_three_sets(), {{0, 1}}, kinds({"reweight"}), kinds({kMostFrequentLabel.data()}));
  const auto& rows = cross.by_kind.at(std::string(kMostFrequentLabel));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].probabilities,
              ElementsAre(::testing::DoubleNear(3.0 / 22, 1e-12), ::testing::DoubleNear(3.0 / 22, 1e-12),
                          ::testing::DoubleNear(16.0 / 22, 1e-12)));
}

TEST(CrossValidation, RowsThatCannotBeHeldOutAreNotJudged) {
  internal::Run run = three_sets();
  for (std::int64_t i = 0; i < 24; ++i)
    if (i != 8) run.labels[i] = i % 2;  // row 8 alone has label 2
  const CrossValidation cross = cross_validate(run, rows_of_three_sets(), {{7}, {8}}, kinds({"reweight"}), {});
  EXPECT_THAT(cross.by_choice, ElementsAre(Field(&HeldOut::row, 7)));
  EXPECT_THAT(cross.choices, ElementsAre("reweight", ""));
}

}  // namespace
}  // namespace partwise::internal
