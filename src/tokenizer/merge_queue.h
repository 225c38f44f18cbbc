// Merges neighbours, the best pair first, as all byte-pair encodings do.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <vector>

#include "base/error.h"

namespace partwise::internal {

/// What a pair of neighbours becomes. The pair with the lowest rank is merged first.
template <class Symbol>
struct MergeResult {
  std::uint32_t rank;
  Symbol result;
};

/// The state of merging: the symbols as a linked list, and a queue of pairs that could be merged. If a pair is broken
/// up, it stays in the queue; this is noticed when its turn comes.
template <class Symbol, class Rule>
class MergeQueue {
 public:
  MergeQueue(std::vector<Symbol>& symbols, const Rule& rule)
      : rule_(rule), symbols_(symbols), previous_(symbols.size()), next_(symbols.size()) {
    const auto n = static_cast<std::uint32_t>(symbols.size());
    for (std::uint32_t i = 0; i < n; ++i) {
      previous_[i] = i == 0 ? kNowhere : i - 1;
      next_[i] = i + 1 == n ? kNowhere : i + 1;
    }
    for (std::uint32_t i = 0; i < n; ++i) propose(i);
  }

  void merge_all() {
    while (!queue_.empty()) {
      const auto rank = static_cast<std::uint32_t>(queue_.top() >> 32), left = static_cast<std::uint32_t>(queue_.top());
      queue_.pop();
      const std::optional<MergeResult<Symbol>> merge = merge_at(left);
      if (merge && merge->rank == rank) replace_pair(left, merge->result);
    }
    keep_list();
  }

 private:
  static constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

  /// The merge of the symbol at `left` with its right neighbour; nullopt if the symbol is gone or has none.
  std::optional<MergeResult<Symbol>> merge_at(std::uint32_t left) const {
    if (left == kNowhere || next_[left] == kNowhere) return std::nullopt;
    return rule_(symbols_[left], symbols_[next_[left]]);
  }

  void propose(std::uint32_t left) {
    if (const auto merge = merge_at(left)) queue_.push(std::uint64_t{merge->rank} << 32 | left);
  }

  void replace_pair(std::uint32_t left, const Symbol& result) {
    const std::uint32_t right = next_[left];
    symbols_[left] = result;
    next_[left] = next_[right];
    next_[right] = kNowhere;
    if (next_[left] != kNowhere) previous_[next_[left]] = left;
    propose(previous_[left]);
    propose(left);
  }

  /// Removes the symbols that are no longer in the list.
  void keep_list() {
    std::size_t n_kept = 0;
    for (std::uint32_t at = 0; at != kNowhere; at = next_[at]) symbols_[n_kept++] = symbols_[at];
    symbols_.resize(n_kept);
  }

  const Rule& rule_;
  std::vector<Symbol>& symbols_;
  std::vector<std::uint32_t> previous_, next_;
  // rank in the upper half, place of the left symbol in the lower half; the smallest number comes first
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> queue_;
};

/// Merges in place until no pair of neighbours has a rule: the lowest rank first, and the leftmost pair among equal
/// ranks. `rule` returns the std::optional<MergeResult> of a pair. Any n symbols take O(n log n).
template <class Symbol, class Rule>
void merge_neighbours(std::vector<Symbol>& symbols, const Rule& rule) {
  check_internal(symbols.size() < std::numeric_limits<std::uint32_t>::max(), "a text to merge has less than 4 GiB");
  if (symbols.size() > 1) MergeQueue<Symbol, Rule>(symbols, rule).merge_all();
}

}  // namespace partwise::internal
