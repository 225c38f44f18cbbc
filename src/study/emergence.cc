#include "study/emergence.h"

#include <algorithm>

#include "analysis/answers.h"
#include "analysis/chance_control.h"
#include "analysis/correlation.h"
#include "base/error.h"
#include "base/statistics.h"
#include "study/agreement.h"

namespace partwise::internal {

namespace {

constexpr double kLuck = 0.95;

void compare(EmergencePoint& point, const std::vector<double>& last) {
  check_internal(point.accuracies.size() == last.size(), "checkpoints of one series have the same parts");
  point.correlation = pearson(point.accuracies, last);
  point.overlap = top_overlap(point.accuracies, last, kComparedTop);
}

}  // namespace

std::vector<const EmergencePoint*> Emergence::all() const {
  std::vector<const EmergencePoint*> all;
  for (const EmergencePoint& point : points) all.push_back(&point);
  if (control) all.push_back(&*control);
  return all;
}

EmergencePoint emergence_point(std::string checkpoint, const Run& run) {
  const PartAnswers answers = part_answers(run, test_rows(run));
  const Analysis analysis = analyze(run, answers);
  EmergencePoint point;
  point.checkpoint = std::move(checkpoint);
  point.full = analysis.full;
  point.chance = analysis.chance;
  for (const ComponentStats& part : analysis.components) point.accuracies.push_back(part.accuracy.value);
  const ComponentStats& best = analysis.components[static_cast<std::size_t>(analysis.best(1)[0])];
  point.best = best.component;
  point.best_accuracy = best.accuracy.value;
  point.best_by_chance = percentile(best_by_chance(answers), kLuck);
  std::transform(kPartQuantiles.begin(), kPartQuantiles.end(), point.quantiles.begin(),
                 [&](double share) { return quantile(point.accuracies, share); });
  point.warnings = warnings_of(run);
  return point;
}

Emergence emergence(std::vector<EmergencePoint> points, std::optional<EmergencePoint> control) {
  check_internal(!points.empty(), "a series has a last checkpoint");
  const std::vector<double> last = points.back().accuracies;
  for (EmergencePoint& point : points) compare(point, last);
  if (control) compare(*control, last);
  return {std::move(points), std::move(control)};
}

}  // namespace partwise::internal
