#include <fmt/format.h>

#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/figures.h"

namespace partwise::internal {

namespace {

constexpr Frame kFrame = {.width = 760, .height = 320, .left = 52, .right = 110};

std::int64_t count_layers(const ReportInput& input) { return input.depths.back().layer + 1; }

/// The x value: 0 is the embedding, l + 0.5 is after the heads of layer l, l + 1 is after its MLP.
double place_of(const Depth& depth) {
  return static_cast<double>(depth.layer + 1) - (depth.layer >= 0 && !depth.with_mlp ? 0.5 : 0.0);
}

Axes axes_of(const ReportInput& input) {
  Range accuracies = {input.analysis.chance, input.analysis.chance};
  for (const Depth& depth : input.depths) {
    accuracies.include(depth.accuracy.low);
    accuracies.include(depth.accuracy.high);
  }
  return {kFrame, {0, static_cast<double>(count_layers(input))}, even_tenths(accuracies, 0.1)};
}

void draw_axes(Svg& svg, const Axes& axes, std::int64_t n_layers) {
  axes.draw_tenths(svg);
  const std::int64_t step = n_layers > 12 ? 5 : 1;
  for (std::int64_t layer = 0; layer <= n_layers; layer += step)
    axes.name_below(svg, static_cast<double>(layer), layer == 0 ? "embed" : fmt::format("{}", layer - 1));
  svg.text((axes.left() + axes.right()) / 2, kFrame.height - 8, "middle small", "summed up to layer");
  axes.title_up(svg, "accuracy, % of rows");
}

/// The outline of the band: the upper ends from left to right, then the lower ends back.
std::string band(const ReportInput& input, const Axes& axes) {
  std::string path;
  const auto add = [&](const Depth& depth, double accuracy) {
    path += (path.empty() ? "M" : "L") + axes.point(place_of(depth), accuracy);
  };
  for (const Depth& depth : input.depths) add(depth, depth.accuracy.high);
  for (auto depth = input.depths.rbegin(); depth != input.depths.rend(); ++depth) add(*depth, depth->accuracy.low);
  return path + "z";
}

std::string curve(const ReportInput& input, const Axes& axes) {
  std::string path;
  for (const Depth& depth : input.depths)
    path += (path.empty() ? "M" : "L") + axes.point(place_of(depth), depth.accuracy.value);
  return path;
}

}  // namespace

std::string depth_name(const Depth& depth) {
  if (depth.layer < 0) return "embedding and biases";
  return fmt::format("layer {}, {}", depth.layer, depth.with_mlp ? "MLP" : "heads");
}

std::string depth_curve(const ReportInput& input) {
  const Axes axes = axes_of(input);
  Svg svg(kFrame.width, kFrame.height, "Accuracy of the parts up to each layer");
  draw_axes(svg, axes, count_layers(input));
  axes.draw_level(svg, input.analysis.chance, "chance");
  svg.text(axes.right() + 8, axes.y(input.analysis.chance) + 4, "small muted", "chance");
  svg.path(band(input, axes), "band series0");
  svg.path(curve(input, axes), "curve series0");
  for (const Depth& depth : input.depths)
    svg.path(circle(axes.x(place_of(depth)), axes.y(depth.accuracy.value), depth.with_mlp ? 3.5 : 2.5), "dot series0",
             fmt::format("{}: {} ({})", depth_name(depth), percent(depth.accuracy.value), interval(depth.accuracy)));
  svg.text(axes.right() + 8, axes.y(input.depths.back().accuracy.value) + 4, "small", "full model");
  return svg.finish();
}

}  // namespace partwise::internal
