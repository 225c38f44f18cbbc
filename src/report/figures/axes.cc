#include "report/figures/axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace partwise::internal {

void Range::include(double value) {
  low = std::min(low, value);
  high = std::max(high, value);
}

Range even_tenths(const Range& shares, double margin) {
  return {std::max(0.0, std::floor(10 * shares.low - margin) / 10),
          std::min(1.0, std::ceil(10 * shares.high + margin) / 10)};
}

double Axes::x(double value) const {
  return left() + frame_.inset +
         (value - across_.low) / (across_.high - across_.low) * (right() - left() - 2 * frame_.inset);
}

double Axes::y(double value) const {
  return frame_.top + (up_.high - value) / (up_.high - up_.low) * (frame_.height - frame_.top - frame_.bottom);
}

std::string Axes::point(double across, double up) const { return fmt::format("{} {}", px(x(across)), px(y(up))); }

void Axes::draw_level(Svg& svg, double value, std::string_view css_class) const {
  svg.line(left(), y(value), right(), y(value), css_class);
}

void Axes::draw_upright(Svg& svg, double value) const { svg.line(x(value), y(up_.low), x(value), y(up_.high), "grid"); }

void Axes::name_level(Svg& svg, double value, std::string_view name) const {
  svg.text(left() - 8, y(value) + 4, "end small muted", name);
}

void Axes::name_below(Svg& svg, double value, std::string_view name) const {
  svg.text(x(value), frame_.height - frame_.bottom + 16, "middle small muted", name);
}

void Axes::draw_tenths(Svg& svg) const {
  for (int tick = static_cast<int>(std::lround(10 * up_.low)); tick <= std::lround(10 * up_.high); ++tick) {
    draw_level(svg, tick / 10.0, "grid");
    name_level(svg, tick / 10.0, fmt::format("{}", 10 * tick));
  }
}

void Axes::title_across(Svg& svg, std::string_view title) const {
  svg.text((left() + right()) / 2, frame_.height - 10, "middle small", title);
}

void Axes::title_up(Svg& svg, std::string_view title) const {
  svg.text_up(14, (frame_.top + frame_.height - frame_.bottom) / 2, "small", title);
}

void draw_bias_grid(Svg& svg, const Axes& axes) {
  for (int tick = 0; tick <= 4; ++tick) {
    axes.draw_upright(svg, tick / 4.0);
    axes.name_below(svg, tick / 4.0, fmt::format("{:.2f}", tick / 4.0));
  }
}

void title_bias(Svg& svg, const Axes& axes) {
  axes.title_across(svg, "label bias: 0 answers all labels alike, 1 always the same");
}

}  // namespace partwise::internal
