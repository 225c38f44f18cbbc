#include "report/text/curve.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

/// "71.0 to 78.3", in percent; "" of nothing.
std::string range_of(const std::vector<double>& accuracies) {
  if (accuracies.empty()) return "";
  const auto [least, most] = std::ranges::minmax(accuracies);
  return fmt::format("{:.1f} to {:.1f}", 100 * least, 100 * most);
}

}  // namespace

std::string curve_text(const LearningCurve& curve, const Analysis& analysis, bool colour, std::size_t width) {
  TextColumn name{true, {{"reader", kDim}}}, rows{false, {{"labelled rows", kDim}}}, mean{false, {{"accuracy", kDim}}};
  TextColumn sd{false, {{"sd", kDim}}}, draws{false, {{"draws", kDim}}}, blocks{false, {{"one block", kDim}}};
  bool has_blocks = false;
  const auto add = [&](const std::string& who, const std::string& n, double value, const std::string& deviation,
                       const std::string& n_draws, const std::string& of_blocks) {
    name.cells.push_back({who});
    rows.cells.push_back({n});
    mean.cells.push_back({percent(value), kBold});
    sd.cells.push_back({deviation});
    draws.cells.push_back({n_draws});
    blocks.cells.push_back({of_blocks});
    has_blocks = has_blocks || !of_blocks.empty();
  };
  for (const CurvePoint& point : curve.points) {
    add(with_caveat(curve.reader, curve.reader), std::to_string(point.pool_size), point.mean(),
        point.sd() ? fmt::format("{:.1f}", 100 * *point.sd()) : "", std::to_string(point.accuracies.size()),
        range_of(point.by_block));
  }
  add(std::string(kFullModel), "", analysis.full.value, "", "", "");
  std::vector<TextColumn> columns = {name, rows, mean, sd, draws};
  if (has_blocks) columns.push_back(blocks);
  std::string notes = fmt::format("over {} test rows; chance {}; sd over draws of the labelled rows, in points\n",
                                  analysis.full.n, percent(analysis.chance));
  if (has_blocks) notes += "one block: from the worst to the best block of demonstrations, if it alone is shown\n";
  return text_table(columns, colour, width) + folded(notes, width);
}

}  // namespace partwise::internal
