#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/study_figures.h"
#include "report/figures/svg.h"
#include "study/parts.h"

namespace partwise::internal {

namespace {

constexpr double kLeft = 30, kTop = 22, kGap = 5;
constexpr double kCells = 216, kTall = 300;  // wanted width and height of all cells together

struct MapGrid {
  std::int64_t n_layers, n_heads;
  double width, height;  // of a cell

  MapGrid(std::int64_t layers, std::int64_t heads)
      : n_layers(layers),
        n_heads(heads),
        width(std::clamp(kCells / static_cast<double>(heads + 1), 6.0, 24.0)),
        height(std::clamp(kTall / static_cast<double>(layers), 6.0, 16.0)) {}

  double x(const Component& c) const {
    return kLeft + width * static_cast<double>(c.is_mlp() ? n_heads : c.head) + (c.is_mlp() ? kGap : 0);
  }
  double y(std::int64_t layer) const { return kTop + height * static_cast<double>(layer); }
};

void draw_axes(Svg& svg, const MapGrid& grid, const std::string& title) {
  svg.text(kLeft, 13, "small strong", title);
  svg.text(grid.x({0, -1}) + grid.width / 2, kTop - 4, "middle small muted", "M");
  const std::int64_t step = grid.n_layers > 12 ? 5 : 1;
  for (std::int64_t layer = 0; layer < grid.n_layers; layer += step)
    svg.text(kLeft - 5, grid.y(layer) + grid.height / 2 + 4, "end small muted", std::to_string(layer));
}

}  // namespace

std::string part_link(const std::string& model, const std::string& part) {
  std::string encoded;
  for (unsigned char c : model)
    encoded += std::isalnum(c) ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  return fmt::format("#{}/{}", encoded, part);
}

double map_reach(const StudyResults& results, const ModelResults& model) {
  double far = 0.01;
  for (const std::string& task : results.tasks) {
    const auto runs = main_runs(model, task);
    if (runs.empty()) continue;
    for (double accuracy : mean_part_accuracies(runs))
      far = std::max(far, std::abs(accuracy - mean_over(runs, &RunResult::chance)));
  }
  return far;
}

std::string study_map(const ModelResults& model, const std::string& task, double reach) {
  const auto runs = main_runs(model, task);
  const std::vector<double> accuracies = mean_part_accuracies(runs);
  const double chance = mean_over(runs, &RunResult::chance);
  const MapGrid grid(runs[0]->n_layers, runs[0]->n_heads);
  const double width = grid.x({0, -1}) + grid.width + 4, height = grid.y(grid.n_layers) + 4;
  Svg svg(width, height, fmt::format("Accuracy of every part of {} on {} by layer and head", model.name, task));
  draw_axes(svg, grid, task);
  svg.rect(kLeft, kTop, grid.width * static_cast<double>(grid.n_heads) - 1, height - kTop - 5, "ground");
  svg.rect(grid.x({0, -1}), kTop, grid.width - 1, height - kTop - 5, "ground");
  for (std::int64_t c = 0; c < std::ssize(accuracies); ++c) {
    const Component component = component_at(c, grid.n_layers, grid.n_heads);
    const double beyond = (accuracies[c] - chance) / reach;
    svg.open_link(part_link(model.name, component_name(component)));
    svg.rect(grid.x(component), grid.y(component.layer), grid.width - 1, grid.height - 1,
             beyond < 0 ? "below" : "above", std::abs(beyond),
             fmt::format("{} on {}: {} (chance {})", component_name(component), task, percent(accuracies[c]),
                         percent(chance)));
    svg.close_link();
  }
  const Component best = component_at(best_part(accuracies), grid.n_layers, grid.n_heads);
  svg.rect(grid.x(best) - 1, grid.y(best.layer) - 1, grid.width + 1, grid.height + 1, "outline");
  return svg.finish();
}

}  // namespace partwise::internal
