#include "cli/curve_output.h"

#include <fmt/format.h>

#include "report/describe.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

constexpr std::string_view kBold = "1", kDim = "2";

OrderedJson points_json(const LearningCurve& curve) {
  OrderedJson points = OrderedJson::array();
  for (const CurvePoint& point : curve.points) {
    OrderedJson sd;  // null for a single draw
    if (point.sd()) sd = *point.sd();
    points.push_back(
        {{"pool_size", point.pool_size}, {"mean", point.mean()}, {"sd", sd}, {"accuracies", point.accuracies}});
  }
  return points;
}

OrderedJson skipped_json(const LearningCurve& curve) {
  OrderedJson skipped = OrderedJson::array();
  for (const SkippedSize& size : curve.skipped) {
    skipped.push_back({{"pool_size", size.pool_size}, {"reason", size.reason}});
  }
  return skipped;
}

}  // namespace

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
    add(with_caveat(reader_title(curve.reader), curve.reader), std::to_string(point.pool_size), point.mean(),
        point.sd() ? fmt::format("{:.1f}", 100 * *point.sd()) : "", std::to_string(point.accuracies.size()));
  }
  add(reader_title("full"), "", analysis.full.value, "", "");
  return text_table({name, rows, mean, sd, draws}, colour) +
         fmt::format("over {} test rows; chance {}; sd over draws of the labelled rows, in points\n", analysis.full.n,
                     percent(analysis.chance));
}

OrderedJson curve_json(const LearningCurve& curve, const Analysis& analysis) {
  return {{"reader", curve.reader},        {"caveat", caveat(reader_kind(curve.reader))},
          {"n", analysis.full.n},          {"full", analysis.full.value},
          {"chance", analysis.chance},     {"points", points_json(curve)},
          {"skipped", skipped_json(curve)}};
}

}  // namespace partwise
