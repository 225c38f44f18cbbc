#include <fmt/format.h>

#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"

namespace partwise::internal {

namespace {

constexpr double kMargin = 14;  // room for the marks and the outer labels

double x_of(double share, double width) { return kMargin + share * (width - 2 * kMargin); }

}  // namespace

std::string interval_axis(double width, double chance) {
  Svg svg(width, 32, "Axis: accuracy in percent");
  for (int tick = 0; tick <= 100; tick += 25) {
    svg.text(x_of(tick / 100.0, width), 29, "middle small muted", fmt::format("{}", tick));
  }
  svg.text(x_of(chance, width), 12, "middle small muted", "chance");
  return svg.finish();
}

std::string interval_strip(double width, double height, const Proportion& p, double chance,
                           std::string_view css_class) {
  const double middle = height / 2;
  Svg svg(width, height, fmt::format("{} ({})", percent(p.value), interval(p)));
  for (int tick = 0; tick <= 100; tick += 25) {
    svg.line(x_of(tick / 100.0, width), 0, x_of(tick / 100.0, width), height, "grid");
  }
  svg.line(x_of(chance, width), 0, x_of(chance, width), height, "chance");
  svg.rect(x_of(p.low, width), middle - 2.5, x_of(p.high, width) - x_of(p.low, width), 5,
           fmt::format("bar {}", css_class));
  svg.path(circle(x_of(p.value, width), middle, 5), fmt::format("dot {}", css_class));
  return svg.finish();
}

}  // namespace partwise::internal
