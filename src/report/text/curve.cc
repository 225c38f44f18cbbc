#include "report/text/curve.h"

#include <fmt/format.h>

#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise::internal {

std::string curve_text(const LearningCurve& curve, const Analysis& analysis, bool colour) {
  TextColumn name{true, {{"reader", kDim}}}, rows{false, {{"labelled rows", kDim}}}, mean{false, {{"accuracy", kDim}}};
  TextColumn sd{false, {{"sd", kDim}}}, draws{false, {{"draws", kDim}}};
  const auto add = [&](const std::string& who, const std::string& n, double value, const std::string& deviation,
                       const std::string& n_draws) {
    name.cells.push_back({who});
    rows.cells.push_back({n});
    mean.cells.push_back({percent(value), kBold});
    sd.cells.push_back({deviation});
    draws.cells.push_back({n_draws});
  };
  for (const CurvePoint& point : curve.points) {
    add(with_caveat(curve.reader, curve.reader), std::to_string(point.pool_size), point.mean(),
        point.sd() ? fmt::format("{:.1f}", 100 * *point.sd()) : "", std::to_string(point.accuracies.size()));
  }
  add(std::string(kFullModel), "", analysis.full.value, "", "");
  return text_table({name, rows, mean, sd, draws}, colour) +
         fmt::format("over {} test rows; chance {}; sd over draws of the labelled rows, in points\n", analysis.full.n,
                     percent(analysis.chance));
}

}  // namespace partwise::internal
