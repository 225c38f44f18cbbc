// When in a training run does the whole model learn a task, and when its parts?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "prompts/warning.h"

namespace partwise::internal {

/// The shares of parts that lie below each of EmergencePoint::quantiles.
inline constexpr std::array<double, 5> kPartQuantiles = {0.05, 0.25, 0.5, 0.75, 0.95};

/// The control's name, which stands in place of a checkpoint's.
inline constexpr const char* kControlName = "untrained";

/// How one checkpoint does on the test rows.
struct EmergencePoint {
  std::string checkpoint;            // "step1000"
  std::optional<std::int64_t> step;  // the number in `checkpoint`, if it has one
  Proportion full;
  double chance = 0;               // share of the most frequent label
  std::vector<double> accuracies;  // of every part  [n_components]
  Component best;                  // the first of the most accurate parts, chosen on the same rows
  double best_accuracy = 0;
  double best_by_chance = 0;          // 95th percentile of best_accuracy if labels are shuffled
  std::array<double, 5> quantiles{};  // of the accuracies, at kPartQuantiles
  double correlation = 0;             // Pearson's r of the accuracies with those of the last checkpoint
  double overlap = 0;                 // of the best five with those of the last, intersection over union
  std::vector<Warning> warnings;      // of the run's prompts
};

struct Emergence {
  std::vector<EmergencePoint> points;     // in the order of the series
  std::optional<EmergencePoint> control;  // the last checkpoint's shape, never trained

  /// The points, then the control if there is one. The pointers are valid as long as this object.
  std::vector<const EmergencePoint*> all() const;
};

/// Made from the test rows whose label is known. `step`, `correlation` and `overlap` are not set yet.
/// Errors: bad_data if no row has a label.
EmergencePoint emergence_point(std::string checkpoint, const Run& run);

/// Compares each point, and the control, with the last point. All must have the same parts; `points` must not be empty.
Emergence emergence(std::vector<EmergencePoint> points, std::optional<EmergencePoint> control);

}  // namespace partwise::internal
