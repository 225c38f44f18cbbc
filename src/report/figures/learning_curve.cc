#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/end_labels.h"
#include "report/figures/figures.h"

namespace partwise::internal {

namespace {

constexpr Frame kFrame = {.width = 760, .height = 380, .left = 52, .right = 230};
constexpr double kTickRoom = 24;           // least distance between two named sizes, in CSS pixels
constexpr std::size_t kSeriesColours = 4;  // CSS classes series0, ...

/// log2(pool_size); an empty pool counts as one row.
double place_of(std::int64_t pool_size) { return std::log2(std::max<std::int64_t>(1, pool_size)); }

double low_end(const CurvePoint& point) { return std::max(0.0, point.mean() - point.sd().value_or(0)); }
double high_end(const CurvePoint& point) { return std::min(1.0, point.mean() + point.sd().value_or(0)); }

// Accuracies of all curves and levels, widened to tenths; sizes on a logarithmic scale.
Axes axes_of(const ReportInput& input) {
  Range accuracies = {std::min(input.analysis.chance, input.analysis.full.value),
                      std::max(input.analysis.chance, input.analysis.full.value)};
  const double first = place_of(input.curves[0].points[0].pool_size);
  Range sizes = {first, first};
  for (const LearningCurve& curve : input.curves) {
    for (const CurvePoint& point : curve.points) {
      accuracies.include(low_end(point));
      accuracies.include(high_end(point));
      sizes.include(place_of(point.pool_size));
    }
  }
  return {kFrame, {sizes.low - 0.15, sizes.high + 0.15}, even_tenths(accuracies, 0.2)};
}

void draw_sizes(Svg& svg, const Axes& axes, const ReportInput& input) {
  std::set<std::int64_t> sizes;
  for (const LearningCurve& curve : input.curves) {
    for (const CurvePoint& point : curve.points) sizes.insert(point.pool_size);
  }
  double free_from = 0;
  for (std::int64_t n : sizes) {
    const double place = place_of(n);
    axes.draw_upright(svg, place);
    if (axes.x(place) < free_from) continue;
    axes.name_below(svg, place, fmt::format("{}", n));
    free_from = axes.x(place) + kTickRoom;
  }
  axes.title_across(svg, "labelled rows to fit on (logarithmic)");
}

// The outline of the band, from the mean minus one standard deviation to the mean plus one.
std::string band(const Axes& axes, const LearningCurve& curve) {
  std::string path;
  for (auto p = curve.points.begin(); p != curve.points.end(); ++p) {
    path += (path.empty() ? "M" : "L") + axes.point(place_of(p->pool_size), high_end(*p));
  }
  for (auto p = curve.points.rbegin(); p != curve.points.rend(); ++p) {
    path += "L" + axes.point(place_of(p->pool_size), low_end(*p));
  }
  return path + "z";
}

std::string means(const Axes& axes, const LearningCurve& curve) {
  std::string path;
  for (const CurvePoint& point : curve.points) {
    path += (path.empty() ? "M" : "L") + axes.point(place_of(point.pool_size), point.mean());
  }
  return path;
}

std::string describe_point(const LearningCurve& curve, const CurvePoint& point) {
  std::string text =
      fmt::format("{}, {} labelled rows: {}", reader_title(curve.reader), point.pool_size, percent(point.mean()));
  if (point.sd()) text += fmt::format(" ± {:.1f} over {} draws", 100 * *point.sd(), point.accuracies.size());
  return text;
}

void draw_curve(Svg& svg, const Axes& axes, const LearningCurve& curve, const std::string& series) {
  svg.path(means(axes, curve), "curve " + series);
  for (const CurvePoint& point : curve.points) {
    svg.path(circle(axes.x(place_of(point.pool_size)), axes.y(point.mean()), 4.5), "dot " + series,
             describe_point(curve, point));
  }
}

}  // namespace

std::string learning_curves(const ReportInput& input) {
  const Axes axes = axes_of(input);
  Svg svg(kFrame.width, kFrame.height, "Accuracy over the number of labelled rows");
  axes.draw_tenths(svg);
  axes.title_up(svg, "accuracy, % of test rows");
  draw_sizes(svg, axes, input);
  const double chance = input.analysis.chance, full = input.analysis.full.value;
  axes.draw_level(svg, chance, "chance");
  axes.draw_level(svg, full, "level");
  std::vector<EndLabel> labels = {{axes.y(chance), "small muted", "chance " + percent(chance)},
                                  {axes.y(full), "small muted", "full model " + percent(full)}};
  const auto series_of = [](std::size_t k) { return fmt::format("series{}", k % kSeriesColours); };
  for (std::size_t k = 0; k < input.curves.size(); ++k) {  // bands first, so that all lines lie above them
    svg.path(band(axes, input.curves[k]), "band " + series_of(k));
  }
  for (std::size_t k = 0; k < input.curves.size(); ++k) {
    const LearningCurve& curve = input.curves[k];
    const std::string series = series_of(k);
    draw_curve(svg, axes, curve, series);
    const double end = curve.points.back().mean();
    labels.push_back({axes.y(end), "small strong " + series,
                      fmt::format("{} {}", with_caveat(reader_title(curve.reader), curve.reader), percent(end))});
  }
  draw_end_labels(svg, axes.right(), std::move(labels));
  return svg.finish();
}

}  // namespace partwise::internal
