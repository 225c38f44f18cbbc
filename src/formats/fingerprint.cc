#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/sha256.h"
#include "formats/checkpoint.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kEdge = 64 * 1024;

void hash_edges(Sha256& hash, std::span<const std::byte> bytes) {
  const std::size_t head = std::min(bytes.size(), kEdge);
  hash.update(bytes.first(head));
  hash.update(bytes.last(std::min(bytes.size() - head, kEdge)));
}

}  // namespace

std::string fingerprint(const Checkpoint& checkpoint, bool full_hash) {
  Sha256 hash;
  hash.update_item(full_hash ? "whole" : "edges");
  hash.update_item(checkpoint.config().dump());
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    hash.update_item(name);
    hash.update_item(dtype_info(tensor.dtype).name);
    hash.update_item(to_string(tensor.shape));
    if (full_hash) {
      hash.update(tensor.bytes);
    } else {
      hash_edges(hash, tensor.bytes);
    }
  }
  return hash.finish();
}

}  // namespace partwise::internal
