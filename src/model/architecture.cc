#include "model/architecture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "model/other_kinds.h"

namespace partwise::internal {

std::int64_t file_row(RowOrder rows, std::int64_t r, std::int64_t n_rows, const ModelConfig& c) {
  const std::int64_t d_head = c.d_head, head = r / d_head, in_head = r % d_head;
  if (rows == RowOrder::interleaved_rotary) {
    const std::int64_t half = c.rotary_width() / 2;
    return in_head < 2 * half ? head * d_head + 2 * (in_head % half) + in_head / half : r;
  }
  if (rows == RowOrder::interleaved_qkv) {
    const std::int64_t n_heads = n_rows / (3 * d_head), which = head / n_heads;  // q, k or v
    return (3 * (head % n_heads) + which) * d_head + in_head;
  }
  if (rows == RowOrder::interleaved_gate) {
    const std::int64_t half = n_rows / 2;
    return 2 * (r % half) + r / half;
  }
  return r;
}

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
