#include "analysis/fit_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/answers.h"
#include "analysis/chance_control.h"
#include "base/random.h"
#include "base/statistics.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One layer with `n_heads` heads. Head h answers answer(i, h) to row i, the MLP answers like head 0, and the full model
// like the last head. Labels alternate.
template <class Answer>
internal::Run run_that_answers(std::int64_t n, std::int64_t n_heads, Answer answer) {
  internal::Run run;
  run.parts.heads = Array<float>({n, 1, n_heads, 2});
  run.parts.mlps = Array<float>({n, 1, 2});
  run.parts.logits = Array<float>({n, 2});
  for (std::int64_t i = 0; i < n; ++i) {
    run.labels.push_back(static_cast<std::int32_t>(i % 2));
    for (std::int64_t h = 0; h < n_heads; ++h) run.parts.heads(i, 0, h, answer(i, h)) = 1;
    run.parts.mlps(i, 0, answer(i, 0)) = 1;
    run.parts.logits(i, answer(i, n_heads - 1)) = 1;
  }
  run.info.entries["label_words"] = R"(["no", "yes"])";
  return run;
}

std::int64_t truth(std::int64_t i, std::int64_t) { return i % 2; }
std::int64_t always_yes(std::int64_t, std::int64_t) { return 1; }

TEST(FitWarnings, SayNothingWhereAllIsWell) {
  const internal::Run run = run_that_answers(12, 3, truth);
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), IsEmpty());
}

TEST(FitWarnings, NameALabelThatIsRare) {
  const internal::Run run = run_that_answers(12, 3, truth);
  EXPECT_THAT(fit_warnings(run, {0, 2, 4, 6, 8, 1}), Contains(HasSubstr("'yes' has only one")));
}

TEST(FitWarnings, SayWhereEveryPartIsBiased) {
  const auto heads_biased = [](std::int64_t i, std::int64_t h) { return h < 2 ? 1 : truth(i, h); };
  internal::Run run = run_that_answers(20, 3, heads_biased);
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), IsEmpty());  // one head tells the labels apart
  run.parts.heads = run_that_answers(20, 3, always_yes).parts.heads;
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), ElementsAre(HasSubstr("every part answers")));
  run.parts.heads(3, 0, 1, 0) = 2;  // a second answer on 1 row of 20 is still biased, on 2 it is not
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), ElementsAre(HasSubstr("every part answers")));
  run.parts.heads(5, 0, 1, 0) = 2;
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), IsEmpty());
}

// Every head is right on exactly one row of each pair.
std::int64_t by_pairs(std::int64_t i, std::int64_t h) { return (i / 2 + h) % 2; }

TEST(FitWarnings, SayWhereNothingIsBetterThanChance) {
  const internal::Run run = run_that_answers(24, 4, by_pairs);
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), ElementsAre(HasSubstr("may mean nothing")));
}

TEST(FitWarnings, OnePartAboveItsControlIsEnough) {
  const auto one_knows = [](std::int64_t i, std::int64_t h) { return h == 1 ? truth(i, h) : by_pairs(i, h); };
  const internal::Run run = run_that_answers(24, 4, one_knows);
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), IsEmpty());
}

TEST(FitWarnings, AFullModelAboveChanceIsEnough) {
  internal::Run run = run_that_answers(24, 4, by_pairs);
  run.parts.logits = run_that_answers(24, 4, truth).parts.logits;
  EXPECT_THAT(fit_warnings(run, pool_rows(run)), IsEmpty());
}

TEST(CheckEveryLabel, NamesTheWordThatIsMissing) {
  const internal::Run run = run_that_answers(12, 3, truth);
  EXPECT_NO_THROW(check_every_label("comprw", run, {.pool = {0, 1}}));
  EXPECT_NO_THROW(check_every_label("full", run, {.pool = {0, 2, 4}}));  // learns from no label
  EXPECT_THAT(test::error_of([&] {
                check_every_label("comprw", run, {.pool = {0, 2, 4}});
              }).what(),
              HasSubstr("none of the 3 rows to fit on has the label 'yes'"));
}

TEST(BestByChance, IsThatOfOneFairPartWhereAllAnswerAlike) {
  // Twelve rows, half of them answered either way: hits are twice those of a hypergeometric draw of 6 from 12, so
  // P(hits >= 8) = 262 / 924 and P(hits >= 6) = 662 / 924.
  const internal::Run run = run_that_answers(12, 3, [](std::int64_t i, std::int64_t) { return i % 2; });
  const std::vector<double> best = best_by_chance(part_answers(run, pool_rows(run)));
  ASSERT_EQ(best.size(), 200u);
  EXPECT_TRUE(std::is_sorted(best.begin(), best.end()));
  const auto at_least = [&](double a) {
    return std::count_if(best.begin(), best.end(), [=](double b) { return b > a - 1e-9; }) / 200.0;
  };
  EXPECT_NEAR(at_least(8 / 12.0), 262 / 924.0, 0.1);  // three standard errors of 200 shuffles
  EXPECT_NEAR(at_least(6 / 12.0), 662 / 924.0, 0.1);
  EXPECT_EQ(best, best_by_chance(part_answers(run, pool_rows(run))));
}

TEST(BestByChance, RisesWithTheNumberOfParts) {
  Random random(3);
  const auto at_random = [&](std::int64_t, std::int64_t) { return static_cast<std::int64_t>(random.below(2)); };
  const internal::Run few = run_that_answers(24, 2, at_random), many = run_that_answers(24, 1024, at_random);
  EXPECT_GT(percentile(best_by_chance(part_answers(many, pool_rows(many))), 0.5),
            percentile(best_by_chance(part_answers(few, pool_rows(few))), 0.5) + 0.1);
}

}  // namespace
}  // namespace partwise::internal
