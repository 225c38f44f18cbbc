// Finds a token by its text: a hash table of ids beside the texts, small and quick to build.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

class TokenIndex {
 public:
  /// `texts`, by id, must outlive the index. "" is never found. Errors: bad_data if two ids have the same text.
  explicit TokenIndex(const std::vector<std::string>& texts);

  /// The id, or -1.
  TokenId find(std::string_view text) const;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    TokenId id = -1;
  };

  /// The slot that holds `text`, or the empty slot where it would be put.
  std::size_t slot_of(std::string_view text, std::uint32_t hash) const;

  const std::vector<std::string>& texts_;
  std::vector<Slot> slots_;  // a power of two, at most half of them taken
};

}  // namespace partwise::internal
