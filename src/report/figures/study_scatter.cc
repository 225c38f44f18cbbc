#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/study_figures.h"
#include "report/figures/svg.h"
#include "study/parts.h"

namespace partwise {

namespace {

constexpr double kWidth = 500, kHeight = 400, kLeft = 56, kRight = 18, kTop = 18, kBottom = 44;

/// Of each part, the mean over main runs.  [n_components]
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

struct Axes {
  double low, high;
  explicit Axes(const Means& means) {
    const auto [least, most] = std::minmax_element(means.beyond_chance.begin(), means.beyond_chance.end());
    low = std::min(-0.05, std::floor(20 * *least) / 20);
    high = std::max(0.05, std::ceil(20 * *most) / 20);
  }
  double x(double bias) const { return kLeft + bias * (kWidth - kLeft - kRight); }
  double y(double beyond) const { return kTop + (high - beyond) / (high - low) * (kHeight - kTop - kBottom); }
};

void draw_axes(Svg& svg, const Axes& axes) {
  for (int tick = 0; tick <= 4; ++tick) {
    svg.line(axes.x(tick / 4.0), axes.y(axes.low), axes.x(tick / 4.0), axes.y(axes.high), "grid");
    svg.text(axes.x(tick / 4.0), kHeight - kBottom + 16, "middle small muted", fmt::format("{:.2f}", tick / 4.0));
  }
  for (auto tick = std::lround(20 * axes.low); tick <= std::lround(20 * axes.high); ++tick) {
    const double y = axes.y(static_cast<double>(tick) / 20);
    svg.line(axes.x(0), y, axes.x(1), y, tick == 0 ? "chance" : "grid");
    svg.text(kLeft - 8, y + 4, "end small muted", signed_number(5 * tick));
  }
  svg.text(axes.x(0.5), kHeight - 10, "middle small", "label bias: 0 answers all labels alike, 1 always the same");
  svg.text_up(14, (kTop + kHeight - kBottom) / 2, "small", "points above chance");
}

}  // namespace

std::string study_scatter(const ModelResults& model) {
  const auto runs = main_runs(model);
  const Means means(runs);
  const Axes axes(means);
  Svg svg(kWidth, kHeight, "Accuracy beyond chance against label bias of every part of " + model.name);
  draw_axes(svg, axes);
  std::vector<std::size_t> order(means.bias.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return means.beyond_chance[a] < means.beyond_chance[b]; });
  for (std::size_t c : order) {
    const std::string name =
        component_name(component_at(static_cast<std::int64_t>(c), runs[0]->n_layers, runs[0]->n_heads));
    const double x = axes.x(means.bias[c]), y = axes.y(means.beyond_chance[c]);
    svg.open_link(part_link(model.name, name));
    svg.path(circle(x, y, order.size() > 1500 ? 2.6 : 4), "mark good",
             fmt::format("{}: {:+.1f} points, label bias {:.2f}", name, 100 * means.beyond_chance[c], means.bias[c]));
    svg.close_link();
    if (c == order.back()) svg.text(x - 9, y + 4, "end small strong halo", name);
  }
  return svg.finish();
}

}  // namespace partwise
