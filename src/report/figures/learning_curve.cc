#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/describe.h"
#include "report/figures/end_labels.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"

namespace partwise {

namespace {

constexpr double kWidth = 760, kHeight = 380, kLeft = 52, kRight = 230, kTop = 18, kBottom = 44;
constexpr double kTickRoom = 24;           // between sizes that are named
constexpr std::size_t kSeriesColours = 4;  // CSS classes series0, ...

/// Logarithmic; that of no rows at all is that of one.
double place_of(std::int64_t pool_size) { return std::log2(std::max<std::int64_t>(1, pool_size)); }

double low_end(const CurvePoint& point) { return std::max(0.0, point.mean() - point.sd().value_or(0)); }
double high_end(const CurvePoint& point) { return std::min(1.0, point.mean() + point.sd().value_or(0)); }

// Accuracies on even tenths, with all levels; sizes on a logarithmic scale.
struct Axes {
  double low, high, first, last;

  explicit Axes(const ReportInput& input)
      : low(std::min(input.analysis.chance, input.analysis.full.value)),
        high(std::max(input.analysis.chance, input.analysis.full.value)),
        first(place_of(input.curves[0].points[0].pool_size)),
        last(first) {
    for (const LearningCurve& curve : input.curves) {
      for (const CurvePoint& point : curve.points) include(point);
    }
    low = std::max(0.0, std::floor(10 * low - 0.2) / 10);
    high = std::min(1.0, std::ceil(10 * high + 0.2) / 10);
    first -= 0.15;
    last += 0.15;
  }

  void include(const CurvePoint& point) {
    low = std::min(low, low_end(point));
    high = std::max(high, high_end(point));
    first = std::min(first, place_of(point.pool_size));
    last = std::max(last, place_of(point.pool_size));
  }

  double left() const { return kLeft; }
  double right() const { return kWidth - kRight; }
  double x(std::int64_t pool_size) const {
    return left() + (place_of(pool_size) - first) / (last - first) * (right() - left());
  }
  double y(double accuracy) const { return kTop + (high - accuracy) / (high - low) * (kHeight - kTop - kBottom); }
};

void draw_sizes(Svg& svg, const Axes& axes, const ReportInput& input) {
  std::set<std::int64_t> sizes;
  for (const LearningCurve& curve : input.curves) {
    for (const CurvePoint& point : curve.points) sizes.insert(point.pool_size);
  }
  double free_from = 0;
  for (std::int64_t n : sizes) {
    svg.line(axes.x(n), axes.y(axes.low), axes.x(n), axes.y(axes.high), "grid");
    if (axes.x(n) < free_from) continue;
    svg.text(axes.x(n), kHeight - kBottom + 16, "middle small muted", fmt::format("{}", n));
    free_from = axes.x(n) + kTickRoom;
  }
  svg.text((axes.left() + axes.right()) / 2, kHeight - 10, "middle small", "labelled rows to fit on (logarithmic)");
}

void draw_accuracies(Svg& svg, const Axes& axes) {
  for (int tick = static_cast<int>(std::lround(10 * axes.low)); tick <= std::lround(10 * axes.high); ++tick) {
    svg.line(axes.left(), axes.y(tick / 10.0), axes.right(), axes.y(tick / 10.0), "grid");
    svg.text(kLeft - 8, axes.y(tick / 10.0) + 4, "end small muted", fmt::format("{}", 10 * tick));
  }
  svg.text_up(14, (kTop + kHeight - kBottom) / 2, "small", "accuracy, % of test rows");
}

// From the mean less one standard deviation to the mean and one.
std::string band(const Axes& axes, const LearningCurve& curve) {
  std::string path;
  for (auto p = curve.points.begin(); p != curve.points.end(); ++p) {
    path += fmt::format("{}{} {}", path.empty() ? "M" : "L", px(axes.x(p->pool_size)), px(axes.y(high_end(*p))));
  }
  for (auto p = curve.points.rbegin(); p != curve.points.rend(); ++p) {
    path += fmt::format("L{} {}", px(axes.x(p->pool_size)), px(axes.y(low_end(*p))));
  }
  return path + "z";
}

std::string means(const Axes& axes, const LearningCurve& curve) {
  std::string path;
  for (const CurvePoint& point : curve.points) {
    path += fmt::format("{}{} {}", path.empty() ? "M" : "L", px(axes.x(point.pool_size)), px(axes.y(point.mean())));
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
    svg.path(circle(axes.x(point.pool_size), axes.y(point.mean()), 4.5), "dot " + series, describe_point(curve, point));
  }
}

}  // namespace

std::string learning_curves(const ReportInput& input) {
  const Axes axes(input);
  Svg svg(kWidth, kHeight, "Accuracy over the number of labelled rows");
  draw_accuracies(svg, axes);
  draw_sizes(svg, axes, input);
  const double chance = input.analysis.chance, full = input.analysis.full.value;
  svg.line(axes.left(), axes.y(chance), axes.right(), axes.y(chance), "chance");
  svg.line(axes.left(), axes.y(full), axes.right(), axes.y(full), "level");
  std::vector<EndLabel> labels = {{axes.y(chance), "small muted", "chance " + percent(chance)},
                                  {axes.y(full), "small muted", "full model " + percent(full)}};
  const auto series_of = [](std::size_t k) { return fmt::format("series{}", k % kSeriesColours); };
  for (std::size_t k = 0; k < input.curves.size(); ++k) {  // under all lines
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

}  // namespace partwise
