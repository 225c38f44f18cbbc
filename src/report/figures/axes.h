// The two scales of a figure, and the lines and names along them.
#pragma once

#include <string>
#include <string_view>

#include "report/figures/svg.h"

namespace partwise::internal {

/// The size of a figure and the margins around its plot, in CSS pixels.
struct Frame {
  double width, height, left, right;
  double top = 18, bottom = 44;
  double inset = 0;  // from the left or right side of the plot to the end of the `across` scale
};

struct Range {
  double low, high;

  /// Widens the range so that it holds `value`.
  void include(double value);
};

/// `shares` widened to whole tenths, with at least `margin` tenths free at each end, but never beyond 0 to 1.
Range even_tenths(const Range& shares, double margin);

class Axes {
 public:
  /// `across` runs from left to right, `up` from the bottom to the top.
  Axes(const Frame& frame, const Range& across, const Range& up) : frame_(frame), across_(across), up_(up) {}

  double left() const { return frame_.left; }
  double right() const { return frame_.width - frame_.right; }
  const Range& up() const { return up_; }
  double x(double value) const;
  double y(double value) const;
  /// A point in path data: "64 271.5".
  std::string point(double across, double up) const;

  /// A line through the whole plot: a horizontal one at a value of `up`, or a vertical grid line at a value of
  /// `across`.
  void draw_level(Svg& svg, double value, std::string_view css_class) const;
  void draw_upright(Svg& svg, double value) const;
  /// Writes `name` at `value`: left of the plot for a value of `up`, below it for a value of `across`.
  void name_level(Svg& svg, double value, std::string_view name) const;
  void name_below(Svg& svg, double value, std::string_view name) const;
  /// A grid line and a percentage at every tenth. `up` must be a range of shares that ends on tenths.
  void draw_tenths(Svg& svg) const;

  /// Writes what a scale measures: below the plot, or left of it.
  void title_across(Svg& svg, std::string_view title) const;
  void title_up(Svg& svg, std::string_view title) const;

 private:
  Frame frame_;
  Range across_, up_;
};

/// The scale of label bias, with `across` from 0 to 1: its grid lines and numbers; its title.
void draw_bias_grid(Svg& svg, const Axes& axes);
void title_bias(Svg& svg, const Axes& axes);

}  // namespace partwise::internal
