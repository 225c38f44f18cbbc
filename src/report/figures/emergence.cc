#include "report/figures/emergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/utf8.h"
#include "report/describe.h"
#include "report/emergence_tables.h"
#include "report/figures/end_labels.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

constexpr double kWidth = 820, kHeight = 400, kLeft = 52, kRight = 230, kTop = 18, kBottom = 44;
constexpr double kRadius = 4;
constexpr double kLetter = 7;  // the width of a digit

using Points = std::vector<EmergencePoint>;
using Value = std::function<double(const EmergencePoint&)>;

bool has_steps(const Points& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].step || (i > 0 && *points[i].step <= *points[i - 1].step)) return false;
  }
  return true;
}

// Accuracies on even tenths up from 0 to the largest; checkpoints by the logarithm of their steps, plus one since the
// first is 0.
class Axes {
 public:
  explicit Axes(const Emergence& emergence) : logarithmic_(has_steps(emergence.points)) {
    double most = 0;
    for (const EmergencePoint& point : emergence.points) {
      const double place = static_cast<double>(places_.size());
      places_.push_back(logarithmic_ ? std::log2(static_cast<double>(*point.step) + 1) : place);
      most = std::max({most, point.full.high, point.best_accuracy, point.chance});
    }
    if (emergence.control) most = std::max({most, emergence.control->full.value, emergence.control->best_accuracy});
    high_ = std::ceil(10 * most - 1e-9) / 10;
  }

  bool logarithmic() const { return logarithmic_; }
  double high() const { return high_; }
  double left() const { return kLeft; }
  double right() const { return kWidth - kRight; }
  double x(std::size_t i) const {
    const double span = std::max(places_.back() - places_.front(), 1.0);
    return left() + 12 + (places_[i] - places_.front()) / span * (right() - left() - 24);
  }
  double y(double accuracy) const { return kTop + (high_ - accuracy) / high_ * (kHeight - kTop - kBottom); }

 private:
  bool logarithmic_;
  double high_ = 1;
  std::vector<double> places_;
};

void draw_steps(Svg& svg, const Axes& axes, const Points& points) {
  double free_from = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    svg.line(axes.x(i), axes.y(0), axes.x(i), axes.y(axes.high()), "grid");
    const std::string name =
        axes.logarithmic() ? std::to_string(*points[i].step) : shortened(printable(points[i].checkpoint), 12);
    const double half = kLetter / 2 * static_cast<double>(display_width(name));
    if (axes.x(i) - half < free_from) continue;
    svg.text(axes.x(i), kHeight - kBottom + 16, "middle small muted", name);
    free_from = axes.x(i) + half + kLetter;
  }
  svg.text((axes.left() + axes.right()) / 2, kHeight - 10, "middle small",
           axes.logarithmic() ? "training step (logarithmic)" : "checkpoint");
}

void draw_accuracies(Svg& svg, const Axes& axes) {
  for (int tick = 0; tick <= std::lround(10 * axes.high()); ++tick) {
    svg.line(axes.left(), axes.y(tick / 10.0), axes.right(), axes.y(tick / 10.0), "grid");
    svg.text(kLeft - 8, axes.y(tick / 10.0) + 4, "end small muted", fmt::format("{}", 10 * tick));
  }
  svg.text_up(14, (kTop + kHeight - kBottom) / 2, "small", "accuracy, % of test rows");
}

std::string line_through(const Axes& axes, const Points& points, const Value& value) {
  std::string path;
  for (std::size_t i = 0; i < points.size(); ++i)
    path += fmt::format("{}{} {}", i == 0 ? "M" : "L", px(axes.x(i)), px(axes.y(value(points[i]))));
  return path;
}

std::string band(const Axes& axes, const Points& points) {
  std::string path = line_through(axes, points, [](const auto& p) { return p.quantiles.back(); });
  for (std::size_t i = points.size(); i-- > 0;)
    path += fmt::format("L{} {}", px(axes.x(i)), px(axes.y(points[i].quantiles.front())));
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

void draw_line(Svg& svg, const Axes& axes, const Points& points, const Line& line) {
  svg.path(line_through(axes, points, line.value), "curve " + line.series);
  for (std::size_t i = 0; i < points.size(); ++i)
    svg.path(circle(axes.x(i), axes.y(line.value(points[i])), kRadius), "dot " + line.series,
             printable(points[i].checkpoint) + ": " + line.tooltip(points[i]));
}

EndLabel draw_level(Svg& svg, const Axes& axes, double value, std::string_view css_class, const std::string& name) {
  svg.line(axes.left(), axes.y(value), axes.right(), axes.y(value), css_class);
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
  const Axes axes(emergence);
  const Points& points = emergence.points;
  Svg svg(kWidth, kHeight, description(emergence));
  draw_accuracies(svg, axes);
  draw_steps(svg, axes, points);
  std::vector<EndLabel> labels = draw_levels(svg, axes, emergence);
  svg.path(band(axes, points), "band series3");
  const Value luck = [](const EmergencePoint& p) { return p.best_by_chance; };
  svg.path(line_through(axes, points, luck), "luck");
  labels.push_back({axes.y(luck(points.back())), "small series1", "best by luck " + percent(luck(points.back()))});
  for (const Line& line : lines()) {
    draw_line(svg, axes, points, line);
    const double end = line.value(points.back());
    labels.push_back({axes.y(end), "small strong " + line.series, fmt::format("{} {}", line.name, percent(end))});
  }
  draw_end_labels(svg, axes.right(), std::move(labels));
  return svg.finish();
}

}  // namespace partwise
