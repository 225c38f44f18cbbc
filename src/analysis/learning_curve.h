// How good a reader is, depending on the number of labelled rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise::internal {

/// `rows` with the pool cut to its first `n` rows. A pool is drawn one row of each label in turn, so its first rows are
/// balanced as well. Errors: bad_data if the pool has fewer than `n` rows.
FitRows with_pool_size(FitRows rows, std::int64_t n);

/// Readers fitted on draws of one size.
struct CurvePoint {
  std::int64_t pool_size = 0;
  std::vector<double> accuracies;  // on the test rows, one per draw
  /// If the run shows several blocks of demonstrations, each in a prompt set of its own: the accuracy if only one of
  /// them is shown, for each. They differ by the demonstrations alone.
  std::vector<double> by_block = {};

  double mean() const;
  /// Standard deviation over the draws (n - 1 in the denominator); nullopt if there is only one.
  std::optional<double> sd() const;
};

/// A size that could not be fitted, and why.
struct SkippedSize {
  std::int64_t pool_size = 0;
  std::string reason;
};

struct LearningCurve {
  std::string reader;  // the reader's kind
  std::vector<CurvePoint> points;
  std::vector<SkippedSize> skipped;
};

/// 6, 12, 24, ... below `n_pool`, then `n_pool`, the size of the whole pool.
std::vector<std::int64_t> doubling_sizes(std::int64_t n_pool);

/// Accuracy on the run's test rows for each size, in ascending order, each size once. Each size has five draws from the
/// pool's rows, balanced over labels (BalancedDraw, seeds 0 to 4); the whole pool has one.
/// CurvePoint::by_block is of fits on the first labelled rows that the set does not show.
/// `progress` counts all fits together, each by its number of rows.
/// Errors: usage if the kind does not exist; bad_data if no size can be fitted or no test row has a label.
LearningCurve learning_curve(std::string_view kind, const Run& run, std::vector<std::int64_t> sizes,
                             const ProgressFn& progress = {});

}  // namespace partwise::internal
