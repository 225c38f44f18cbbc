#include "model/architecture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "model/other_kinds.h"

namespace partwise::internal {

namespace {

std::string type_of(const Checkpoint& checkpoint, const char* key) {
  const Json& config = checkpoint.config();
  auto it = config.find(key);
  if (it == config.end() || !it->is_string())
    throw Error(ErrorCode::bad_data, fmt::format("{}: '{}' is missing", checkpoint.path().string(), key));
  return it->get<std::string>();
}

}  // namespace

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

}  // namespace partwise::internal
