// Rows that are left out: by kernels, as fast fits do it, beside fits from scratch.
#include "readers/left_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "readers/fits.h"
#include "readers/head_kernel.h"
#include "readers/members.h"
#include "readers/part_kernel.h"
#include "readers/refits.h"
#include "readers/training.h"

namespace partwise::internal {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

TEST(LeftOut, OneAtATimeInASmallPool) {
  const std::vector<std::int32_t> labels = {0, 0, 0, 1, 1, 1, 1};
  const std::vector<PoolRows> parts = rows_to_leave_out(labels);
  ASSERT_EQ(parts.size(), 7u);
  EXPECT_THAT(parts[4], ElementsAre(4));
  EXPECT_THAT(other_rows(7, parts[4]), ElementsAre(0, 1, 2, 3, 5, 6));
}

TEST(LeftOut, OnlyRowsOfLabelsThatHaveEnough) {
  const std::vector<std::int32_t> labels = {0, 0, 0, 1, 1, 2};
  const std::vector<PoolRows> parts = rows_to_leave_out(labels);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(parts[2], ElementsAre(2));
}

std::vector<std::int32_t> many_labels(std::size_t n) {
  std::vector<std::int32_t> labels(n, 0);
  std::fill(labels.begin() + static_cast<std::ptrdiff_t>(2 * n / 3), labels.end(), 1);
  return labels;
}

TEST(LeftOut, InTenthsOfALargePoolEachWithEveryLabelUntilThereAreEnough) {
  const std::vector<PoolRows> parts = rows_to_leave_out(many_labels(90));
  ASSERT_EQ(parts.size(), 8u);  // of 9 rows each: 72
  EXPECT_THAT(parts[3], ElementsAre(3, 13, 23, 33, 43, 53, 63, 73, 83));
  EXPECT_EQ(rows_to_leave_out(many_labels(66)).size(), 10u);
  EXPECT_EQ(rows_to_leave_out(many_labels(2000)).size(), 1u);
}

/// A pool of 16 rows, with labels that are not equally frequent.
struct Pool {
  internal::Run run;
  LabelledRows rows;
  ProgressFn progress;

  explicit Pool(std::int64_t n_labels) : run(test::formula_run(20, 2, 3, n_labels, 2)) {
    for (std::int64_t i = 0; i < 20; ++i)
      if (i % 5 == 4) run.labels[i] = 0;
    test::add_hidden_states(run);
    std::vector<std::int64_t> pool;
    for (std::int64_t i = 0; i < 16; ++i) pool.push_back(i);
    rows = labelled_rows(run.parts, run.labels, pool);
  }
  FitInput input() const { return {run.parts, rows, {}, {}, progress}; }
};

class ByKernels : public ::testing::TestWithParam<std::int64_t> {
 protected:
  Pool pool{GetParam()};
  std::vector<PoolRows> parts_out = rows_to_leave_out(pool.rows.labels);

  std::vector<double> by(const PoolKernel& kernel) const {
    return left_out_scores(kernel, pool.rows.labels, parts_out, GetParam(), {});
  }
};

TEST_P(ByKernels, AreThoseOfPartWeightsFromScratch) {
  for (const TermShares shares : {TermShares{.shared = 1}, TermShares{.by_class = 1}, TermShares{.by_row = 1},
                                  TermShares{.shared = 0.35, .by_class = 0.35, .by_row = 0.3}}) {
    const auto refit = [&](const FitInput& kept, std::span<const std::int64_t> rows, std::span<double> out) {
      PartWeights weights(shares);
      weights.fit(kept);
      weights.scores_of(pool.run.parts, rows, out);
    };
    EXPECT_THAT(by(PartKernel(pool.input(), shares)),
                Pointwise(DoubleNear(1e-9), refit_scores(pool.input(), parts_out, refit)));
  }
}

TEST_P(ByKernels, AreThoseOfHeadVectorsFromScratch) {
  for (const double noise_floor : {0.0, 2.0}) {
    const HeadOptions options = {.noise_floor = noise_floor};
    const auto refit = [&](const FitInput& kept, std::span<const std::int64_t> rows, std::span<double> out) {
      HeadVectors vectors(options);
      vectors.fit(kept);
      for (std::size_t k = 0; k < rows.size(); ++k)
        vectors.scores(pool.run.parts, rows[k], out.subspan(k * GetParam(), GetParam()));
    };
    EXPECT_THAT(by(HeadKernel(pool.input(), options)),
                Pointwise(DoubleNear(1e-9), refit_scores(pool.input(), parts_out, refit)));
  }
}

TEST_P(ByKernels, AreThoseOfTheMembersFromScratch) {
  const HeadOptions options = {.noise_floor = 2, .offset = 0.5};
  const auto refit = [&](const FitInput& kept, std::span<const std::int64_t> rows, std::span<double> out) {
    Members members(options);
    members.fit(kept);
    members.add_log_probabilities(pool.run.parts, rows, 2.25, 1, out);
  };
  EXPECT_THAT(Members::left_out(pool.input(), parts_out, options, 2.25),
              Pointwise(DoubleNear(1e-8), refit_scores(pool.input(), parts_out, refit)));
}

INSTANTIATE_TEST_SUITE_P(Labels, ByKernels, ::testing::Values(2, 3, 4));

}  // namespace
}  // namespace partwise::internal
