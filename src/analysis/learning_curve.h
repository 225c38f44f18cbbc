// How good a reader gets with how many labelled rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise {

/// The same rows, of the pool the first n. A pool is drawn a row of each label in turn, so they are balanced, too.
/// Errors: bad_data where the pool has fewer.
FitRows with_pool_size(FitRows rows, std::int64_t n);

/// Readers fitted on draws of one size.
struct CurvePoint {
  std::int64_t pool_size = 0;
  std::vector<double> accuracies;  // on the test rows, of each draw

  double mean() const;
  /// Over the draws (n - 1 in the denominator); nothing where there is only one.
  std::optional<double> sd() const;
};

/// A size that could not be fitted, and why.
struct SkippedSize {
  std::int64_t pool_size = 0;
  std::string reason;
};

struct LearningCurve {
  std::string reader;  // its kind
  std::vector<CurvePoint> points;
  std::vector<SkippedSize> skipped;
};

/// 6, 12, 24, ... below the size of the whole pool, and that.
std::vector<std::int64_t> doubling_sizes(std::int64_t n_pool);

/// Accuracy on the run's test rows for each size, in ascending order, each once: five draws from the pool's rows,
/// balanced over labels (BalancedDraw, seeds 0 to 4); of the whole pool there is one.
/// `progress` is told of all fits together, each counted by its rows.
/// Errors: usage for a kind that does not exist; bad_data where no size can be fitted or no test row has a label.
LearningCurve learning_curve(std::string_view kind, const Run& run, std::vector<std::int64_t> sizes,
                             const ProgressFn& progress = {});

}  // namespace partwise
