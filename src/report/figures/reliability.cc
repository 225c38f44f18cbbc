#include <fmt/format.h>

#include <algorithm>

#include "analysis/analysis.h"
#include "base/text.h"
#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/calibration.h"
#include "report/figures/figures.h"

namespace partwise::internal {

namespace {

constexpr double kBarRoom = 74;  // below the plot and its numbers
constexpr Frame kFrame = {.width = 500, .height = 500, .left = 52, .right = 18, .bottom = 44 + kBarRoom};
constexpr double kBarTop = kFrame.height - kFrame.bottom + 38, kBarBottom = kFrame.height - 30;

void draw_axes(Svg& svg, const Axes& axes) {
  for (int tick = 0; tick <= 10; ++tick) {
    axes.draw_upright(svg, tick / 10.0);
    axes.name_below(svg, tick / 10.0, fmt::format("{}", 10 * tick));
  }
  axes.draw_tenths(svg);
  axes.title_across(svg, "mean probability of the answers, %");
  axes.title_up(svg, "right, % of answers");
  svg.line(axes.x(0), axes.y(0), axes.x(1), axes.y(1), "chance");
  svg.text(axes.x(0.03), axes.y(0.95), "small muted halo", "right more often than the probabilities say");
  svg.text(axes.x(0.97), axes.y(0.03), "end small muted halo", "less often");
}

std::string describe_bin(const CalibrationBin& bin, const Proportion& right) {
  return fmt::format("probability {:.1f} to {:.1f}, on average {:.3f}: {} of {} answers are right, {} ({})", bin.low,
                     bin.high, bin.mean(), bin.n_right, format_count(bin.n), percent(right.value), interval(right));
}

void draw_bin(Svg& svg, const Axes& axes, const CalibrationBin& bin) {
  const Proportion right = wilson(bin.n_right, bin.n);
  const double x = axes.x(bin.mean());
  svg.line(x, axes.y(right.low), x, axes.y(right.high), "whisker");
  svg.path(circle(x, axes.y(right.value), 4.5), "dot series0", describe_bin(bin, right));
}

std::string curve_through(const Axes& axes, std::span<const CalibrationBin> bins) {
  std::string path;
  for (const CalibrationBin& bin : bins)
    if (bin.n > 0)
      path += (path.empty() ? "M" : "L") +
              axes.point(bin.mean(), static_cast<double>(bin.n_right) / static_cast<double>(bin.n));
  return path;
}

void draw_counts(Svg& svg, const Axes& axes, std::span<const CalibrationBin> bins) {
  const std::int64_t most = std::ranges::max_element(bins, {}, &CalibrationBin::n)->n;
  svg.line(axes.left(), kBarBottom, axes.right(), kBarBottom, "level");
  svg.text_up(14, (kBarTop + kBarBottom) / 2, "small", "answers");
  for (const CalibrationBin& bin : bins) {
    if (bin.n == 0) continue;
    const double height = (kBarBottom - kBarTop) * static_cast<double>(bin.n) / static_cast<double>(most);
    svg.rect(axes.x(bin.low) + 1, kBarBottom - height, axes.x(bin.high) - axes.x(bin.low) - 2, height, "bar series0");
    svg.text((axes.x(bin.low) + axes.x(bin.high)) / 2, kBarBottom - height - 3, "middle small muted",
             format_count(bin.n));
  }
}

}  // namespace

std::string reliability_diagram(std::span<const CalibrationBin> bins) {
  const Axes axes(kFrame, {0, 1}, {0, 1});
  Svg svg(kFrame.width, kFrame.height, "Share of right answers against their mean probability");
  draw_axes(svg, axes);
  svg.path(curve_through(axes, bins), "curve series0");
  for (const CalibrationBin& bin : bins)
    if (bin.n > 0) draw_bin(svg, axes, bin);
  draw_counts(svg, axes, bins);
  return svg.finish();
}

}  // namespace partwise::internal
