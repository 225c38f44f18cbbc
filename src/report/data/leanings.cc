#include "report/data/leanings.h"

#include "base/json.h"

namespace partwise::internal {

OrderedJson leanings_json(const ReaderFile& file) {
  OrderedJson list = OrderedJson::array();
  for (const auto& [part, label, weight] : first_leanings(file, kMostLeanings))
    list.push_back({{"part", part}, {"label", label.empty() ? OrderedJson() : OrderedJson(label)}, {"weight", weight}});
  return list;
}

}  // namespace partwise::internal
