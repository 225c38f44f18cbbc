#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"

namespace partwise {

namespace {

constexpr double kWidth = 760, kHeight = 320, kLeft = 52, kRight = 110, kTop = 18, kBottom = 44;

struct Axes {
  double low, high;
  std::int64_t n_layers;

  explicit Axes(const ReportInput& input)
      : low(input.analysis.chance), high(input.analysis.chance), n_layers(input.depths.back().layer + 1) {
    for (const Depth& depth : input.depths) {
      low = std::min(low, depth.accuracy.low);
      high = std::max(high, depth.accuracy.high);
    }
    low = std::max(0.0, std::floor(10 * low - 0.1) / 10);
    high = std::min(1.0, std::ceil(10 * high + 0.1) / 10);
  }
  /// In layers: the embedding at 0, a layer's attention half a layer behind the layer before.
  static double at(const Depth& depth) {
    return static_cast<double>(depth.layer + 1) - (depth.layer >= 0 && !depth.with_mlp ? 0.5 : 0.0);
  }
  double x(double depth) const { return kLeft + depth / static_cast<double>(n_layers) * (kWidth - kLeft - kRight); }
  double y(double accuracy) const { return kTop + (high - accuracy) / (high - low) * (kHeight - kTop - kBottom); }
};

void draw_axes(Svg& svg, const Axes& axes) {
  for (auto tick = std::lround(10 * axes.low); tick <= std::lround(10 * axes.high); ++tick) {
    const double y = axes.y(static_cast<double>(tick) / 10);
    svg.line(kLeft, y, kWidth - kRight, y, "grid");
    svg.text(kLeft - 8, y + 4, "end small muted", fmt::format("{}", 10 * tick));
  }
  const std::int64_t step = axes.n_layers > 12 ? 5 : 1;
  for (std::int64_t layer = 0; layer <= axes.n_layers; layer += step)
    svg.text(axes.x(static_cast<double>(layer)), kHeight - kBottom + 16, "middle small muted",
             layer == 0 ? "embed" : fmt::format("{}", layer - 1));
  svg.text((kLeft + kWidth - kRight) / 2, kHeight - 8, "middle small", "summed up to layer");
  svg.text_up(14, (kTop + kHeight - kBottom) / 2, "small", "accuracy, % of rows");
}

/// Upper ends forwards and lower ends backwards.
std::string band(const ReportInput& input, const Axes& axes) {
  std::string path;
  const auto add = [&](const Depth& depth, double accuracy) {
    path += fmt::format("{}{} {}", path.empty() ? "M" : "L", px(axes.x(Axes::at(depth))), px(axes.y(accuracy)));
  };
  for (const Depth& depth : input.depths) add(depth, depth.accuracy.high);
  for (auto depth = input.depths.rbegin(); depth != input.depths.rend(); ++depth) add(*depth, depth->accuracy.low);
  return path + "z";
}

std::string curve(const ReportInput& input, const Axes& axes) {
  std::string path;
  for (const Depth& depth : input.depths)
    path +=
        fmt::format("{}{} {}", path.empty() ? "M" : "L", px(axes.x(Axes::at(depth))), px(axes.y(depth.accuracy.value)));
  return path;
}

}  // namespace

std::string depth_name(const Depth& depth) {
  if (depth.layer < 0) return "embedding and biases";
  return fmt::format("layer {}, {}", depth.layer, depth.with_mlp ? "MLP" : "heads");
}

std::string depth_curve(const ReportInput& input) {
  const Axes axes(input);
  Svg svg(kWidth, kHeight, "Accuracy of the parts up to each layer");
  draw_axes(svg, axes);
  svg.line(kLeft, axes.y(input.analysis.chance), kWidth - kRight, axes.y(input.analysis.chance), "chance");
  svg.text(kWidth - kRight + 8, axes.y(input.analysis.chance) + 4, "small muted", "chance");
  svg.path(band(input, axes), "band series0");
  svg.path(curve(input, axes), "curve series0");
  for (const Depth& depth : input.depths)
    svg.path(circle(axes.x(Axes::at(depth)), axes.y(depth.accuracy.value), depth.with_mlp ? 3.5 : 2.5), "dot series0",
             fmt::format("{}: {} ({})", depth_name(depth), percent(depth.accuracy.value), interval(depth.accuracy)));
  svg.text(kWidth - kRight + 8, axes.y(input.depths.back().accuracy.value) + 4, "small", "full model");
  return svg.finish();
}

}  // namespace partwise
