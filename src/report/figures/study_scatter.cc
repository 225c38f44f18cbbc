#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/describe.h"
#include "report/figures/axes.h"
#include "report/figures/figures.h"
#include "report/figures/study_figures.h"
#include "study/parts.h"

namespace partwise::internal {

namespace {

constexpr Frame kFrame = {.width = 500, .height = 400, .left = 56, .right = 18};

/// Means over main runs, per part.  [n_components]
struct Means {
  std::vector<double> beyond_chance, bias;
  explicit Means(const std::vector<const RunResult*>& runs)
      : beyond_chance(runs[0]->parts.size()), bias(runs[0]->parts.size()) {
    const auto n = static_cast<double>(runs.size());
    for (const RunResult* run : runs) {
      const std::vector<double> accuracies = part_accuracies(*run);
      for (std::size_t c = 0; c < bias.size(); ++c) {
        beyond_chance[c] += (accuracies[c] - run->chance) / n;
        bias[c] += run->parts[c].label_bias / n;
      }
    }
  }
};

constexpr double kPerUnit = 20;  // grid lines per unit of accuracy

Range on_grid(const std::vector<double>& beyond_chance) {
  const auto [least, most] = std::minmax_element(beyond_chance.begin(), beyond_chance.end());
  return {std::min(-0.05, std::floor(kPerUnit * *least) / kPerUnit),
          std::max(0.05, std::ceil(kPerUnit * *most) / kPerUnit)};
}

void draw_axes(Svg& svg, const Axes& axes) {
  draw_bias_grid(svg, axes);
  for (auto tick = std::lround(kPerUnit * axes.up().low); tick <= std::lround(kPerUnit * axes.up().high); ++tick) {
    const double value = static_cast<double>(tick) / kPerUnit;
    axes.draw_level(svg, value, tick == 0 ? "chance" : "grid");
    axes.name_level(svg, value, signed_number(5 * tick));
  }
  title_bias(svg, axes);
  axes.title_up(svg, "points above chance");
}

}  // namespace

std::string study_scatter(const ModelResults& model) {
  const auto runs = main_runs(model);
  const Means means(runs);
  const Axes axes(kFrame, {0, 1}, on_grid(means.beyond_chance));
  Svg svg(kFrame.width, kFrame.height, "Accuracy beyond chance against label bias of every part of " + model.name);
  draw_axes(svg, axes);
  std::vector<std::size_t> order(means.bias.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return means.beyond_chance[a] < means.beyond_chance[b]; });
  for (std::size_t c : order) {
    const std::string name = part_name(*runs[0], static_cast<std::int64_t>(c));
    const double x = axes.x(means.bias[c]), y = axes.y(means.beyond_chance[c]);
    svg.open_link(part_link(model.name, name));
    svg.path(circle(x, y, order.size() > 1500 ? 2.6 : 4), "mark good",
             fmt::format("{}: {} points, label bias {:.2f}", name, points(means.beyond_chance[c]), means.bias[c]));
    svg.close_link();
    if (c == order.back()) svg.text(x - 9, y + 4, "end small strong halo", name);
  }
  return svg.finish();
}

}  // namespace partwise::internal
