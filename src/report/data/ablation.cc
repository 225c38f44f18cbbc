#include "report/data/ablation.h"

#include "base/json.h"

namespace partwise::internal {

OrderedJson ablation_json(const Ablations& found, const std::vector<Warning>& warnings) {
  OrderedJson parts = OrderedJson::array();
  for (const AblationEffect& e : found.effects)
    parts.push_back({{"name", component_name(found.part(e))},
                     {"accuracy_alone", e.alone},
                     {"direct_effect", e.direct},
                     {"total_effect", e.total},
                     {"accuracy_without", e.accuracy},
                     {"gain", {{"value", e.gain.value}, {"low", e.gain.low}, {"high", e.gain.high}}},
                     {"answers_changed", e.changed}});
  return {{"ablate_with", found.with_mean ? "mean" : "zero"},
          {"n", found.analysis.full.n},
          {"accuracy", found.analysis.full.value},
          {"parts", parts},
          {"warnings", warnings_json(warnings)}};
}

}  // namespace partwise::internal
