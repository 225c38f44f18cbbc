#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/describe.h"
#include "report/figures/figures.h"
#include "report/figures/svg.h"

namespace partwise::internal {

namespace {

constexpr double kLeft = 42, kTop = 40, kGap = 10;  // room for axis labels; the gap before the MLP column
constexpr double kNarrow = 440, kWide = 990;        // wanted width of all cells: beside another figure, or alone

struct Grid {
  std::int64_t n_layers = 0, n_heads = 0;
  double cell_width = 0, cell_height = 0;

  explicit Grid(const Analysis& analysis) {
    for (const ComponentStats& part : analysis.components) {
      n_layers = std::max(n_layers, part.component.layer + 1);
      n_heads = std::max(n_heads, part.component.head + 1);
    }
    const double columns = static_cast<double>(n_heads) + 1;
    cell_width = std::clamp((is_wide() ? kWide : kNarrow) / columns, 9.0, 46.0);
    cell_height = std::clamp(640.0 / static_cast<double>(n_layers), 9.0, 26.0);
  }

  bool is_wide() const { return n_heads > 16; }
  double x(const Component& c) const {
    return c.is_mlp() ? kLeft + static_cast<double>(n_heads) * cell_width + kGap
                      : kLeft + static_cast<double>(c.head) * cell_width;
  }
  double y(std::int64_t layer) const { return kTop + static_cast<double>(layer) * cell_height; }
  double width() const { return kLeft + static_cast<double>(n_heads + 1) * cell_width + kGap + 12; }
  double height() const { return y(n_layers) + 4; }
  bool shows_numbers() const { return cell_width >= 30 && cell_height >= 15; }
};

// The largest distance of an accuracy from chance, which gets the full colour.
double reach(const Analysis& analysis) {
  double far = 0.01;
  for (const ComponentStats& part : analysis.components) {
    far = std::max(far, std::abs(part.accuracy.value - analysis.chance));
  }
  return far;
}

// 1 if every label has the room that it wants, otherwise 5 or 10: show every fifth or tenth label.
std::int64_t label_step(double room, double wanted) { return room >= wanted ? 1 : (room * 5 >= wanted ? 5 : 10); }

void draw_axes(Svg& svg, const Grid& grid) {
  const std::int64_t layers = label_step(grid.cell_height, 13), heads = label_step(grid.cell_width, 20);
  for (std::int64_t l = 0; l < grid.n_layers; l += layers) {
    svg.text(kLeft - 6, grid.y(l) + grid.cell_height / 2 + 4, "end small muted", fmt::format("{}", l));
  }
  for (std::int64_t h = 0; h < grid.n_heads; h += heads) {
    svg.text(grid.x({0, h}) + grid.cell_width / 2, kTop - 6, "middle small muted", fmt::format("{}", h));
  }
  svg.text((grid.x({0, 0}) + grid.x({0, -1}) - kGap) / 2, 14, "middle small", "head");
  svg.text(grid.x({0, -1}) + grid.cell_width / 2, kTop - 6, "middle small", "MLP");
  svg.text_up(12, (kTop + grid.y(grid.n_layers)) / 2, "small", "layer");
}

void draw_cell(Svg& svg, const ReportInput& input, const Grid& grid, const ComponentStats& part, double full_colour) {
  const double t = (part.accuracy.value - input.analysis.chance) / full_colour;
  const double x = grid.x(part.component), y = grid.y(part.component.layer);
  svg.rect(x, y, grid.cell_width - 1, grid.cell_height - 1, t < 0 ? "below" : "above", std::abs(t),
           part_tooltip(input, part));
  if (part.kind == ComponentKind::biased) {
    const double side = std::min(6.0, grid.cell_height / 2.5);
    svg.path(fmt::format("M{} {}h{}l{} {}z", px(x + grid.cell_width - 1 - side), px(y), px(side), 0, px(side)),
             "corner");
  }
  if (!grid.shows_numbers()) return;
  svg.text(x + (grid.cell_width - 1) / 2, y + grid.cell_height / 2 + 3.5, std::abs(t) > 0.6 ? "cell on-colour" : "cell",
           fmt::format("{:.0f}", 100 * part.accuracy.value));
}

}  // namespace

std::string part_tooltip(const ReportInput& input, const ComponentStats& part) {
  return fmt::format("{}: {} ({}), {}. Answers {}", component_name(part.component), percent(part.accuracy.value),
                     interval(part.accuracy), to_string(part.kind), describe_shares(part, input.label_words, 4));
}

bool heat_map_is_wide(const ReportInput& input) { return Grid(input.analysis).is_wide(); }

std::string heat_map(const ReportInput& input) {
  const Analysis& analysis = input.analysis;
  const Grid grid(analysis);
  Svg svg(grid.width(), grid.height(), "Accuracy of every head and MLP by layer");
  svg.rect(kLeft, kTop, static_cast<double>(grid.n_heads) * grid.cell_width - 1, grid.height() - 5 - kTop, "ground");
  svg.rect(grid.x({0, -1}), kTop, grid.cell_width - 1, grid.height() - 5 - kTop, "ground");
  draw_axes(svg, grid);
  for (const ComponentStats& part : analysis.components) draw_cell(svg, input, grid, part, reach(analysis));
  for (std::int64_t c : analysis.best(1)) {
    const Component& best = analysis.components[static_cast<std::size_t>(c)].component;
    svg.rect(grid.x(best) - 1, grid.y(best.layer) - 1, grid.cell_width + 1, grid.cell_height + 1, "outline");
  }
  return svg.finish();
}

std::string heat_map_legend(const ReportInput& input) {
  constexpr double left = 32, bar = 240, top = 18;
  constexpr int steps = 48;
  const double chance = input.analysis.chance, far = reach(input.analysis);
  Svg svg(bar + 2 * left, 50, "Colours: accuracy below and above chance");
  svg.rect(left, top, bar, 12, "ground");
  for (int i = 0; i < steps; ++i) {
    const double t = 2 * (i + 0.5) / steps - 1;
    svg.rect(left + i * bar / steps, top, bar / steps, 12, t < 0 ? "below" : "above", std::abs(t));
  }
  svg.text(left, 44, "middle small muted", percent(std::max(0.0, chance - far)));
  svg.text(left + bar / 2, 44, "middle small muted", fmt::format("chance {}", percent(chance)));
  svg.text(left + bar, 44, "middle small muted", percent(std::min(1.0, chance + far)));
  svg.text(left + bar / 2, 12, "middle small muted", "accuracy");
  return svg.finish();
}

}  // namespace partwise::internal
