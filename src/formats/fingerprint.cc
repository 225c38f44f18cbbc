#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.h"
#include "formats/checkpoint.h"

namespace partwise {

namespace {

constexpr std::size_t kEdge = 64 * 1024;

void hash_text(Sha256& hash, std::string_view text) {
  hash.update(fmt::format("{}:", text.size()));  // so that no two lists of texts look the same
  hash.update(text);
}

void hash_edges(Sha256& hash, std::span<const std::byte> bytes) {
  const std::size_t head = std::min(bytes.size(), kEdge);
  hash.update(bytes.first(head));
  hash.update(bytes.last(std::min(bytes.size() - head, kEdge)));
}

}  // namespace

std::string fingerprint(const Checkpoint& checkpoint, bool full_hash) {
  Sha256 hash;
  hash_text(hash, full_hash ? "whole" : "edges");
  hash_text(hash, checkpoint.config().dump());
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    hash_text(hash, name);
    hash_text(hash, dtype_info(tensor.dtype).name);
    hash_text(hash, to_string(tensor.shape));
    if (full_hash) {
      hash.update(tensor.bytes);
    } else {
      hash_edges(hash, tensor.bytes);
    }
  }
  return hash.finish();
}

}  // namespace partwise
