// The ids of recent pieces: prompts share their demonstrations, and texts share words.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// The ids of a piece must depend on nothing but the piece. The cache holds a few MB at most.
class PieceCache {
 public:
  /// Appends the ids of the pieces, one after the other. `encode(piece)` returns those of a piece that is not in the
  /// cache. Several threads may call it; one runs at a time.
  template <class Encode>
  void append(const std::vector<std::string_view>& pieces, std::vector<TokenId>& ids, const Encode& encode) const {
    const std::lock_guard lock(mutex_);
    for (std::string_view piece : pieces) {
      if (auto known = ids_of_.find(piece); known != ids_of_.end()) {
        ids.insert(ids.end(), known->second.begin(), known->second.end());
        continue;
      }
      const std::vector<TokenId> found = encode(piece);
      ids.insert(ids.end(), found.begin(), found.end());
      keep(piece, found);
    }
  }

 private:
  static constexpr std::size_t kMostPieces = 1 << 15, kLongestPiece = 64;

  /// A full cache is emptied: common pieces are soon back.
  void keep(std::string_view piece, const std::vector<TokenId>& ids) const {
    if (piece.size() > kLongestPiece) return;
    if (ids_of_.size() == kMostPieces) ids_of_.clear();
    ids_of_.emplace(piece, ids);
  }

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::vector<TokenId>, Hash, std::equal_to<>> ids_of_;
};

}  // namespace partwise::internal
