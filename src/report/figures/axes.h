// The two scales of a figure, and what figures draw along them.
#pragma once

#include <string>
#include <string_view>

#include "report/figures/svg.h"

namespace partwise {

/// The size of a figure and the margins around its plot, in CSS pixels.
struct Frame {
  double width, height, left, right;
  double top = 18, bottom = 44;
  double inset = 0;  // between a side of the plot and the first or last value of the scale across
};

struct Range {
  double low, high;

  /// Makes the range wide enough to hold `value`.
  void include(double value);
};

/// A range of shares, widened to even tenths and cut to 0 to 1. Each end keeps at least `margin` tenths free.
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

  /// A line through the whole plot: from left to right at a value of `up`, or a grid line at a value of `across`.
  void draw_level(Svg& svg, double value, std::string_view css_class) const;
  void draw_upright(Svg& svg, double value) const;
  /// The name of a value beside the plot, or below it.
  void name_level(Svg& svg, double value, std::string_view name) const;
  void name_below(Svg& svg, double value, std::string_view name) const;
  /// A grid line and a number of percent at every tenth. `up` is a range of shares that ends on tenths.
  void draw_tenths(Svg& svg) const;

  /// What the scales measure.
  void title_across(Svg& svg, std::string_view title) const;
  void title_up(Svg& svg, std::string_view title) const;

 private:
  Frame frame_;
  Range across_, up_;
};

/// The scale of label bias, which runs across from 0 to 1: grid lines and numbers, then what it measures.
void draw_bias_grid(Svg& svg, const Axes& axes);
void title_bias(Svg& svg, const Axes& axes);

}  // namespace partwise
