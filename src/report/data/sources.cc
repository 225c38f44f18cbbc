#include "report/data/sources.h"

#include "base/json.h"

namespace partwise::internal {

OrderedJson sources_json(const ReportInput& input) {
  if (input.sources.empty()) return nullptr;
  OrderedJson heads = OrderedJson::array();
  for (const HeadSources& head : input.sources)
    heads.push_back(
        {{"name", component_name(input.analysis.components[static_cast<std::size_t>(head.component)].component)},
         {"copying", head.copying},
         {"push", head.push},
         {"same_label", head.same_label},
         {"other_label", head.other_label},
         {"demonstrations", head.demonstrations},
         {"input", head.input},
         {"rest", head.rest}});
  return heads;
}

}  // namespace partwise::internal
