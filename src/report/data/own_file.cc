#include "report/data/own_file.h"

#include "base/json.h"

namespace partwise::internal {

OrderedJson own_file_json(const OwnFile& file, const std::vector<std::string>& taken_by) {
  OrderedJson json = {{"kind", file.kind}};
  for (const auto& [name, value] : file.facts) json[name] = value;
  json["taken_by"] = taken_by;
  return json;
}

}  // namespace partwise::internal
