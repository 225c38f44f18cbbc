#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"

namespace partwise {

namespace {

constexpr double kWidth = 500, kHeight = 440, kLeft = 52, kRight = 18, kTop = 18, kBottom = 44;

// Accuracies from a bit below the lowest to a bit above the highest, on even tenths.
struct Axes {
  double low, high;

  explicit Axes(const Analysis& analysis) : low(analysis.chance), high(std::max(analysis.chance, analysis.full.value)) {
    for (const ComponentStats& part : analysis.components) {
      low = std::min(low, part.accuracy.value);
      high = std::max(high, part.accuracy.value);
    }
    low = std::max(0.0, std::floor(10 * low - 0.3) / 10);
    high = std::min(1.0, std::ceil(10 * high + 0.3) / 10);
  }

  double x(double bias) const { return kLeft + bias * (kWidth - kLeft - kRight); }
  double y(double accuracy) const { return kTop + (high - accuracy) / (high - low) * (kHeight - kTop - kBottom); }
};

void draw_axes(Svg& svg, const Axes& axes) {
  for (int tick = 0; tick <= 4; ++tick) {
    svg.line(axes.x(tick / 4.0), axes.y(axes.low), axes.x(tick / 4.0), axes.y(axes.high), "grid");
    svg.text(axes.x(tick / 4.0), kHeight - kBottom + 16, "middle small muted", fmt::format("{:.2f}", tick / 4.0));
  }
  for (int tick = static_cast<int>(std::lround(10 * axes.low)); tick <= std::lround(10 * axes.high); ++tick) {
    svg.line(axes.x(0), axes.y(tick / 10.0), axes.x(1), axes.y(tick / 10.0), "grid");
    svg.text(kLeft - 8, axes.y(tick / 10.0) + 4, "end small muted", fmt::format("{}", 10 * tick));
  }
  svg.text(axes.x(0.5), kHeight - 10, "middle small", "label bias: 0 answers all labels alike, 1 always the same");
  svg.text_up(14, (kTop + kHeight - kBottom) / 2, "small", "accuracy, % of rows");
}

// Levels are named where marks are rare: chance on the left, the full model on the right.
void draw_levels(Svg& svg, const Axes& axes, const Analysis& analysis) {
  const double chance = axes.y(analysis.chance), full = axes.y(analysis.full.value);
  svg.line(axes.x(0), chance, axes.x(1), chance, "chance");
  svg.text(axes.x(0) + 6, chance - 5, "small muted halo", "chance");
  svg.line(axes.x(0), full, axes.x(1), full, "level");
  svg.text(axes.x(1) - 6, full - 5, "end small muted halo", "full model");
}

// Names the best parts, each a line lower than the one before where they would overlap.
void name_best(Svg& svg, const Axes& axes, const Analysis& analysis) {
  double free_from = 0;
  for (std::int64_t c : analysis.best(3)) {
    const ComponentStats& part = analysis.components[static_cast<std::size_t>(c)];
    const double x = axes.x(part.label_bias), y = axes.y(part.accuracy.value);
    const double baseline = std::max(y + 4, free_from);
    const bool left = part.label_bias > 0.85;
    svg.text(x + (left ? -9 : 9), baseline, left ? "end small strong halo" : "small strong halo",
             component_name(part.component));
    free_from = baseline + 13;
  }
}

}  // namespace

std::string kind_mark(ComponentKind kind, double x, double y, double r) {
  switch (kind) {
    case ComponentKind::bad:  // a triangle that points down
      return fmt::format("M{} {}h{}l{} {}z", px(x - r), px(y - 0.7 * r), px(2 * r), px(-r), px(1.7 * r));
    case ComponentKind::biased:  // a square
      return fmt::format("M{} {}h{}v{}h{}z", px(x - 0.8 * r), px(y - 0.8 * r), px(1.6 * r), px(1.6 * r), px(-1.6 * r));
    default:
      return circle(x, y, r);
  }
}

std::string circle(double x, double y, double r) {
  return fmt::format("M{0} {1}a{2} {2} 0 1 0 {3} 0a{2} {2} 0 1 0 {4} 0z", px(x - r), px(y), px(r), px(2 * r),
                     px(-2 * r));
}

std::string scatter(const ReportInput& input) {
  const Analysis& analysis = input.analysis;
  const Axes axes(analysis);
  Svg svg(kWidth, kHeight, "Accuracy against label bias of every part");
  draw_axes(svg, axes);
  draw_levels(svg, axes, analysis);
  name_best(svg, axes, analysis);  // under the marks: a name may lie on one, but hides none
  const double radius = analysis.components.size() > 1500 ? 2.6 : 4;
  for (ComponentKind kind : {ComponentKind::plain, ComponentKind::biased, ComponentKind::bad, ComponentKind::good}) {
    for (const ComponentStats& part : analysis.components) {
      if (part.kind != kind) continue;
      svg.path(kind_mark(kind, axes.x(part.label_bias), axes.y(part.accuracy.value), radius), "mark " + to_string(kind),
               part_tooltip(input, part));
    }
  }
  return svg.finish();
}

}  // namespace partwise
