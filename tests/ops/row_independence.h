// The first promise of ops/backend.h, for operations that work on one row at a time.
#pragma once

#include <numeric>

#include "ops/matrices.h"

namespace partwise::internal::test {

/// `compute(backend, rows)` runs an operation on the given rows of its inputs and returns its output rows in that
/// order. Expects the same bits for each row together with others, in another order, alone, and on one thread.
template <class Compute>
void expect_row_independence(std::int64_t n_rows, Precision precision, const Compute& compute) {
  const auto two_threads = make_cpu_backend(2, precision), one_thread = make_cpu_backend(1, precision);
  std::vector<std::int64_t> order(static_cast<std::size_t>(n_rows));
  std::iota(order.begin(), order.end(), 0);
  const TestRows together = compute(*two_threads, order);
  EXPECT_TRUE(same_bits(together, compute(*one_thread, order))) << "on one thread";

  for (std::int64_t r = 0; r < n_rows; ++r)
    ASSERT_TRUE(same_bits(select(together, {r}), compute(*two_threads, {r}))) << "row " << r << " alone";

  Random(n_rows).shuffle(order);
  EXPECT_TRUE(same_bits(select(together, order), compute(*two_threads, order))) << "in another order";
}

template <class Compute>
void expect_row_independence(std::int64_t n_rows, const Compute& compute) {
  expect_row_independence(n_rows, Precision::f32, compute);
}

}  // namespace partwise::internal::test
