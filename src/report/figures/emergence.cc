#include "report/figures/emergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/utf8.h"
#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/end_labels.h"
#include "report/figures/figures.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

constexpr Frame kFrame = {.width = 820, .height = 400, .left = 52, .right = 230, .inset = 12};
constexpr double kRadius = 4;
constexpr double kLetter = 7;  // width of a character, in CSS pixels

using Points = std::vector<EmergencePoint>;
using Value = std::function<double(const EmergencePoint&)>;

bool has_steps(const Points& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].step || (i > 0 && *points[i].step <= *points[i - 1].step)) return false;
  }
  return true;
}

/// The x value of each checkpoint; the first has 0. It is log2(step + 1), since the first step may be 0, or the number
/// of the checkpoint.
std::vector<double> places_of(const Points& points, bool logarithmic) {
  std::vector<double> places;
  for (const EmergencePoint& point : points) {
    const auto place = static_cast<double>(places.size());
    places.push_back(logarithmic ? std::log2(static_cast<double>(*point.step) + 1) : place);
  }
  const double first = places.front();
  for (double& place : places) place -= first;
  return places;
}

/// The highest accuracy of the figure, rounded up to a tenth.
double highest(const Emergence& emergence) {
  double most = 0;
  for (const EmergencePoint& point : emergence.points)
    most = std::max({most, point.full.high, point.best_accuracy, point.chance});
  if (emergence.control) most = std::max({most, emergence.control->full.value, emergence.control->best_accuracy});
  return std::ceil(10 * most - 1e-9) / 10;
}

/// Checkpoints from left to right, accuracies from 0 upwards.
struct Plot {
  bool logarithmic;
  std::vector<double> places;
  Axes axes;

  explicit Plot(const Emergence& emergence)
      : logarithmic(has_steps(emergence.points)),
        places(places_of(emergence.points, logarithmic)),
        axes(kFrame, {0, std::max(places.back(), 1.0)}, {0, highest(emergence)}) {}

  double x(std::size_t i) const { return axes.x(places[i]); }
  double y(double accuracy) const { return axes.y(accuracy); }
};

void draw_steps(Svg& svg, const Plot& plot, const Points& points) {
  double free_from = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    plot.axes.draw_upright(svg, plot.places[i]);
    const std::string name =
        plot.logarithmic ? std::to_string(*points[i].step) : shortened(printable(points[i].checkpoint), 12);
    const double half = kLetter / 2 * static_cast<double>(display_width(name));
    if (plot.x(i) - half < free_from) continue;
    plot.axes.name_below(svg, plot.places[i], name);
    free_from = plot.x(i) + half + kLetter;
  }
  plot.axes.title_across(svg, plot.logarithmic ? "training step (logarithmic)" : "checkpoint");
}

std::string line_through(const Plot& plot, const Points& points, const Value& value) {
  std::string path;
  for (std::size_t i = 0; i < points.size(); ++i)
    path += (i == 0 ? "M" : "L") + plot.axes.point(plot.places[i], value(points[i]));
  return path;
}

std::string band(const Plot& plot, const Points& points) {
  std::string path = line_through(plot, points, [](const auto& p) { return p.quantiles.back(); });
  for (std::size_t i = points.size(); i-- > 0;)
    path += "L" + plot.axes.point(plot.places[i], points[i].quantiles.front());
  return path + "z";
}

struct Line {
  std::string name, series;
  Value value;
  std::function<std::string(const EmergencePoint&)> tooltip;
};

std::vector<Line> lines() {
  return {{"middle part", "series3", [](const auto& p) { return p.quantiles[2]; },
           [](const auto& p) {
             return fmt::format("middle part {}; nine parts in ten from {} to {}", percent(p.quantiles[2]),
                                percent(p.quantiles.front()), percent(p.quantiles.back()));
           }},
          {"best part", "series1", [](const auto& p) { return p.best_accuracy; },
           [](const auto& p) {
             return fmt::format("best part {}, {}; best by luck {}", component_name(p.best), percent(p.best_accuracy),
                                percent(p.best_by_chance));
           }},
          {"full model", "series0", [](const auto& p) { return p.full.value; },
           [](const auto& p) { return fmt::format("full model {} ({})", percent(p.full.value), interval(p.full)); }}};
}

void draw_line(Svg& svg, const Plot& plot, const Points& points, const Line& line) {
  svg.path(line_through(plot, points, line.value), "curve " + line.series);
  for (std::size_t i = 0; i < points.size(); ++i)
    svg.path(circle(plot.x(i), plot.y(line.value(points[i])), kRadius), "dot " + line.series,
             printable(points[i].checkpoint) + ": " + line.tooltip(points[i]));
}

EndLabel draw_level(Svg& svg, const Axes& axes, double value, std::string_view css_class, const std::string& name) {
  axes.draw_level(svg, value, css_class);
  return {axes.y(value), "small muted", fmt::format("{} {}", name, percent(value))};
}

std::vector<EndLabel> draw_levels(Svg& svg, const Axes& axes, const Emergence& emergence) {
  std::vector<EndLabel> labels = {draw_level(svg, axes, emergence.points.back().chance, "chance", "chance")};
  if (!emergence.control) return labels;
  const EmergencePoint& control = *emergence.control;
  labels.push_back(draw_level(svg, axes, control.full.value, "level", fmt::format("{}, full model", kControlName)));
  labels.push_back(draw_level(svg, axes, control.best_accuracy, "level", fmt::format("{}, best part", kControlName)));
  return labels;
}

std::string description(const Emergence& emergence) {
  const EmergencePoint &first = emergence.points.front(), &last = emergence.points.back();
  return fmt::format("Accuracy over training steps, from {} to {}: full model {} to {}, best part {} to {}, chance {}",
                     printable(first.checkpoint), printable(last.checkpoint), percent(first.full.value),
                     percent(last.full.value), percent(first.best_accuracy), percent(last.best_accuracy),
                     percent(last.chance));
}

}  // namespace

std::string emergence_figure(const Emergence& emergence) {
  const Plot plot(emergence);
  const Points& points = emergence.points;
  Svg svg(kFrame.width, kFrame.height, description(emergence));
  plot.axes.draw_tenths(svg);
  plot.axes.title_up(svg, "accuracy, % of test rows");
  draw_steps(svg, plot, points);
  std::vector<EndLabel> labels = draw_levels(svg, plot.axes, emergence);
  svg.path(band(plot, points), "band series3");
  const Value luck = [](const EmergencePoint& p) { return p.best_by_chance; };
  svg.path(line_through(plot, points, luck), "luck");
  labels.push_back({plot.y(luck(points.back())), "small series1", "best by luck " + percent(luck(points.back()))});
  for (const Line& line : lines()) {
    draw_line(svg, plot, points, line);
    const double end = line.value(points.back());
    labels.push_back({plot.y(end), "small strong " + line.series, fmt::format("{} {}", line.name, percent(end))});
  }
  draw_end_labels(svg, plot.axes.right(), std::move(labels));
  return svg.finish();
}

}  // namespace partwise::internal
