#include "report/data/curve.h"

#include "base/json.h"

namespace partwise::internal {

namespace {

OrderedJson points_json(const LearningCurve& curve) {
  OrderedJson points = OrderedJson::array();
  for (const CurvePoint& point : curve.points) {
    OrderedJson sd;  // null for a single draw
    if (point.sd()) sd = *point.sd();
    points.push_back(
        {{"pool_size", point.pool_size}, {"mean", point.mean()}, {"sd", sd}, {"accuracies", point.accuracies}});
    if (!point.by_block.empty()) points.back()["by_block"] = point.by_block;
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

OrderedJson curve_json(const LearningCurve& curve, const Analysis& analysis, const std::vector<std::string>& warnings) {
  return {{"reader", curve.reader},         {"caveat", caveat(reader_kind(curve.reader))},
          {"n", analysis.full.n},           {"full", analysis.full.value},
          {"chance", analysis.chance},      {"points", points_json(curve)},
          {"skipped", skipped_json(curve)}, {"warnings", warnings}};
}

}  // namespace partwise::internal
