#include "tokenizer/token_index.h"

#include <fmt/format.h>

#include <bit>
#include <functional>

#include "base/error.h"

namespace partwise::internal {

namespace {

std::uint32_t hash_of(std::string_view text) { return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text)); }

}  // namespace

TokenIndex::TokenIndex(const std::vector<std::string>& texts)
    : texts_(texts), slots_(std::bit_ceil(2 * texts.size() + 1)) {
  for (std::size_t id = 0; id < texts.size(); ++id) {
    if (texts[id].empty()) continue;
    const std::uint32_t hash = hash_of(texts[id]);
    Slot& slot = slots_[slot_of(texts[id], hash)];
    if (slot.id >= 0) {
      throw Error(ErrorCode::bad_data, fmt::format("token '{}' has two ids, {} and {}", texts[id], slot.id, id));
    }
    slot = {hash, static_cast<TokenId>(id)};
  }
}

std::size_t TokenIndex::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].id >= 0 && (slots_[at].hash != hash || texts_[slots_[at].id] != text)) at = (at + 1) & mask;
  return at;
}

TokenId TokenIndex::find(std::string_view text) const { return slots_[slot_of(text, hash_of(text))].id; }

}  // namespace partwise::internal
