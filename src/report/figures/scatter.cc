#include <fmt/format.h>

#include <algorithm>

#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/figures.h"

namespace partwise::internal {

namespace {

constexpr Frame kFrame = {.width = 500, .height = 440, .left = 52, .right = 18};

// Accuracies from a bit below the lowest to a bit above the highest, widened to tenths.
Axes axes_of(const Analysis& analysis) {
  Range accuracies = {analysis.chance, std::max(analysis.chance, analysis.full.value)};
  for (const ComponentStats& part : analysis.components) accuracies.include(part.accuracy.value);
  return {kFrame, {0, 1}, even_tenths(accuracies, 0.3)};
}

void draw_axes(Svg& svg, const Axes& axes) {
  draw_bias_grid(svg, axes);
  axes.draw_tenths(svg);
  title_bias(svg, axes);
  axes.title_up(svg, "accuracy, % of rows");
}

// The names stand where few marks are: chance on the left, the full model on the right.
void draw_levels(Svg& svg, const Axes& axes, const Analysis& analysis) {
  const double chance = analysis.chance, full = analysis.full.value;
  axes.draw_level(svg, chance, "chance");
  svg.text(axes.left() + 6, axes.y(chance) - 5, "small muted halo", "chance");
  axes.draw_level(svg, full, "level");
  svg.text(axes.right() - 6, axes.y(full) - 5, "end small muted halo", "full model");
}

// Names the best parts. A name that would overlap the one before moves below it.
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
  const Axes axes = axes_of(analysis);
  Svg svg(kFrame.width, kFrame.height, "Accuracy against label bias of every part");
  draw_axes(svg, axes);
  draw_levels(svg, axes, analysis);
  name_best(svg, axes, analysis);  // before the marks: a name then hides no mark
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

}  // namespace partwise::internal
