// Rows of a pool as fits without them see them. The readers' probabilities are set by these (readers/temperatures.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace partwise::internal {

/// Scores of rows by fits that had not seen them.
struct LeftOutRows {
  std::vector<std::int32_t> labels;  // [n_rows]
  std::vector<double> scores;        // [n_rows, n_labels]
  std::vector<std::int64_t> rows{};  // which rows these are: of the run, or where `gathered` says of the pool

  std::span<const double> scores_of(std::size_t i) const {
    const std::size_t n_labels = scores.size() / labels.size();
    return std::span(scores).subspan(i * n_labels, n_labels);
  }
};

/// Rows of a pool, by their place in it.
using PoolRows = std::vector<std::ptrdiff_t>;

/// Up to this many rows, and scores (rows times labels), a pool's rows are left out one at a time. Of a larger pool,
/// tenths are left out, as many as it takes to hear about this many rows.
inline constexpr std::ptrdiff_t kMostSingly = 64, kMostScores = 320, kTenths = 10;
bool is_small_pool(std::ptrdiff_t n_rows, std::int64_t n_labels);
/// A row is left out only if its label has this many rows in the pool. Otherwise the fit without it would have seen the
/// label once, or never, and would be another kind of fit.
inline constexpr std::int64_t kFewestOfLabel = 3;

/// The rows of all parts, one part after the other; LeftOutRows::rows are places in the pool.  scores [n_rows,
/// n_labels]; labels [n_rows]
LeftOutRows gathered(std::span<const double> scores, std::span<const std::int32_t> labels,
                     const std::vector<PoolRows>& parts_out);

/// Which rows are left out together. Row k of a large pool is in part k mod kTenths; a pool is sorted by label, so each
/// part has rows of every label that has ten. With `by_tenths` a small pool is parted likewise, for a sixth of the
/// time. labels: those of the pool; every label has a row
std::vector<PoolRows> rows_to_leave_out(std::span<const std::int32_t> labels, bool by_tenths = false);

/// The rows of a pool of `n` rows that are not among `left_out`, in their order.
PoolRows other_rows(std::ptrdiff_t n, const PoolRows& left_out);

}  // namespace partwise::internal
