#include "tokenizer/bpe_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.h"
#include "tokenizer/merge_queue.h"

namespace partwise::internal {

namespace {

constexpr std::uint32_t kNoRule = std::numeric_limits<std::uint32_t>::max();

}  // namespace

BpeMerges::BpeMerges(std::vector<MergeRule> rules, std::int64_t vocab_size)
    : rules_(std::move(rules)), entries_(rules_.size()), first_(vocab_size + 1, 0) {
  for (const MergeRule& rule : rules_) ++first_[rule.left];
  // The counts become the ends of each left token's entries; filling the entries in moves them to the beginnings.
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  for (std::uint32_t rank = rules_.size(); rank-- > 0;)
    entries_[--first_[rules_[rank].left]] = {rules_[rank].right, rank};

  for (std::int64_t left = 0; left < vocab_size; ++left) {
    auto begin = entries_.begin() + first_[left], stop = entries_.begin() + first_[left + 1];
    std::sort(begin, stop, [](const Entry& a, const Entry& b) { return a.right < b.right; });
    auto twice = std::adjacent_find(begin, stop, [](const Entry& a, const Entry& b) { return a.right == b.right; });
    if (twice != stop) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("the merge of tokens {} and {} is listed twice", left, twice->right));
    }
  }
}

std::uint32_t BpeMerges::rank_of(TokenId left, TokenId right) const {
  auto begin = entries_.begin() + first_[left], end = entries_.begin() + first_[left + 1];
  auto entry = std::lower_bound(begin, end, right, [](const Entry& e, TokenId id) { return e.right < id; });
  return entry != end && entry->right == right ? entry->rank : kNoRule;
}

void BpeMerges::apply(std::vector<TokenId>& symbols) const {
  merge_neighbours(symbols, [this](TokenId left, TokenId right) -> std::optional<MergeResult<TokenId>> {
    const std::uint32_t rank = rank_of(left, right);
    if (rank == kNoRule) return std::nullopt;
    return MergeResult<TokenId>{rank, rules_[rank].result};
  });
}

}  // namespace partwise::internal
