#include "report/data/series.h"

#include "base/json.h"

namespace partwise::internal {

OrderedJson series_json(const std::string& form, const SeriesFindings& all) {
  OrderedJson checkpoints = OrderedJson::array();
  for (const auto& [label, found] : all) {
    OrderedJson refused = OrderedJson::array(), commit;
    for (const Error& refusal : found.refusals) refused.push_back(refusal.what());
    if (!found.place.commit.empty()) commit = found.place.commit;
    checkpoints.push_back({{"label", label},
                           {"name", found.place.name},
                           {"commit", commit},
                           {"path", found.place.path.string()},
                           {"usable", found.usable()},
                           {"refused", refused}});
  }
  return {{"series", form}, {"checkpoints", checkpoints}};
}

}  // namespace partwise::internal
