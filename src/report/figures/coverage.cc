#include <fmt/format.h>

#include "analysis/analysis.h"
#include "base/text.h"
#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/calibration.h"
#include "report/figures/figures.h"

namespace partwise::internal {

namespace {

constexpr Frame kFrame = {.width = 500, .height = 500, .left = 52, .right = 18};
constexpr std::int64_t kFewest = 10;  // answers of a point, since the interval of fewer is wider than the figure

struct Covered {
  double share;  // of the rows that are answered
  CoveragePoint point;
  Proportion right;
};

std::vector<Covered> points_to_draw(std::span<const CoveragePoint> curve) {
  std::vector<Covered> points;
  const std::int64_t n = curve.back().n;
  for (const CoveragePoint& point : curve)
    if (point.n >= kFewest || n < kFewest)
      points.push_back({static_cast<double>(point.n) / static_cast<double>(n), point, wilson(point.n_right, point.n)});
  return points;
}

Axes axes_of(const std::vector<Covered>& points) {
  Range shares = {points.back().right.value, points.back().right.value};
  for (const Covered& each : points) {
    shares.include(each.right.low);
    shares.include(each.right.high);
  }
  return {kFrame, {0, 1}, even_tenths(shares, 0)};
}

void draw_axes(Svg& svg, const Axes& axes) {
  for (int tick = 0; tick <= 10; ++tick) {
    axes.draw_upright(svg, tick / 10.0);
    axes.name_below(svg, tick / 10.0, fmt::format("{}", 10 * tick));
  }
  axes.draw_tenths(svg);
  axes.title_across(svg, "answered, % of rows, the surest first");
  axes.title_up(svg, "right, % of answers");
}

std::string band_around(const Axes& axes, const std::vector<Covered>& points) {
  std::string path;
  for (auto p = points.begin(); p != points.end(); ++p)
    path += (path.empty() ? "M" : "L") + axes.point(p->share, p->right.high);
  for (auto p = points.rbegin(); p != points.rend(); ++p) path += "L" + axes.point(p->share, p->right.low);
  return path + "z";
}

std::string line_through(const Axes& axes, const std::vector<Covered>& points) {
  std::string path;
  for (const Covered& each : points) path += (path.empty() ? "M" : "L") + axes.point(each.share, each.right.value);
  return path;
}

/// A dot about every tenth of the rows, with its numbers.
void draw_dots(Svg& svg, const Axes& axes, const std::vector<Covered>& points) {
  int tenth = 1;
  for (const Covered& each : points) {
    if (10 * each.share < tenth) continue;
    while (10 * each.share >= tenth) ++tenth;
    svg.path(
        circle(axes.x(each.share), axes.y(each.right.value), 4.5), "dot series0",
        fmt::format("{} answers, {} of the rows, probability {:.3f} or more: {} right ({})", format_count(each.point.n),
                    percent(each.share), each.point.least, percent(each.right.value), interval(each.right)));
  }
}

}  // namespace

std::string coverage_figure(std::span<const CoveragePoint> curve) {
  const std::vector<Covered> points = points_to_draw(curve);
  const Axes axes = axes_of(points);
  const double all = points.back().right.value;
  Svg svg(kFrame.width, kFrame.height, "Accuracy of the surest answers against the share of rows that are answered");
  draw_axes(svg, axes);
  axes.draw_level(svg, all, "level");
  svg.text(axes.left() + 6, axes.y(all) - 5, "small muted halo", "all answers " + percent(all));
  svg.path(band_around(axes, points), "band series0");
  svg.path(line_through(axes, points), "curve series0");
  draw_dots(svg, axes, points);
  return svg.finish();
}

}  // namespace partwise::internal
