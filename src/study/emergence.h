// When in a training run does the whole model learn a task, and when its parts?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "prompts/warning.h"

namespace partwise {

/// The shares of parts that lie below each of EmergencePoint::quantiles.
inline constexpr std::array<double, 5> kPartQuantiles = {0.05, 0.25, 0.5, 0.75, 0.95};

/// What the control is called in place of a checkpoint.
inline constexpr const char* kControlName = "untrained";

/// One checkpoint as the test rows see it.
struct EmergencePoint {
  std::string checkpoint;            // "step1000"
  std::optional<std::int64_t> step;  // the number in that, where there is one
  Proportion full;
  double chance = 0;               // share of the most frequent label
  std::vector<double> accuracies;  // of every part  [n_components]
  Component best;                  // the first of the most accurate parts, chosen on the same rows
  double best_accuracy = 0;
  double best_by_chance = 0;          // 95th percentile of the same where labels are shuffled
  std::array<double, 5> quantiles{};  // of the accuracies, at kPartQuantiles
  double correlation = 0;             // Pearson's r of the accuracies with those of the last checkpoint
  double overlap = 0;                 // of the best five with the last's, intersection over union
  std::vector<Warning> warnings;      // of the run's prompts
};

struct Emergence {
  std::vector<EmergencePoint> points;     // in the order of the series
  std::optional<EmergencePoint> control;  // the last checkpoint's shape, never trained

  /// The points, then the control if there is one. They live as long as this.
  std::vector<const EmergencePoint*> all() const;
};

/// Of the test rows whose label is known. Correlation and overlap are not known yet.
/// Errors: bad_data where no row has a label.
EmergencePoint emergence_point(std::string checkpoint, const Run& run);

/// Compares each point, and the control, with the last point. All must have the same parts, and there must be a point.
Emergence emergence(std::vector<EmergencePoint> points, std::optional<EmergencePoint> control);

}  // namespace partwise
