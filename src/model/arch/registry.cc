#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "model/arch/architecture.h"
#include "model/arch/other_kinds.h"

namespace partwise {

namespace {

std::vector<Architecture>& registry() {
  static std::vector<Architecture> all;  // filled before main by the architectures' files
  return all;
}

std::string type_of(const Checkpoint& checkpoint, const char* key) {
  const Json& config = checkpoint.config();
  auto it = config.find(key);
  if (it == config.end() || !it->is_string())
    throw Error(ErrorCode::bad_data, fmt::format("{}: '{}' is missing", checkpoint.path().string(), key));
  return it->get<std::string>();
}

}  // namespace

RegisterArchitecture::RegisterArchitecture(Architecture architecture) {
  auto& all = registry();
  auto place = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other.name > architecture.name; });
  all.insert(place, std::move(architecture));  // sorted: the order of files in the link does not show
}

const std::vector<Architecture>& architectures() { return registry(); }

const Architecture& find_architecture(const Checkpoint& checkpoint) {
  const bool gguf = checkpoint.format() == "gguf";
  const std::string type = type_of(checkpoint, gguf ? "general.architecture" : "model_type");
  std::vector<std::string_view> known;
  for (const Architecture& a : architectures()) {
    const auto& names = gguf ? a.gguf_architectures : a.hugging_face_types;
    if (std::find(names.begin(), names.end(), type) != names.end()) return a;
    known.insert(known.end(), names.begin(), names.end());
  }
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: architecture '{}' is not supported{}", checkpoint.path().string(), type, other_kind(type)),
      fmt::format("supported: {}", fmt::join(known, ", ")));
}

}  // namespace partwise
