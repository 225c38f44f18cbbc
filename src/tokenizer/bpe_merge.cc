#include "tokenizer/bpe_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

#include "base/error.h"

namespace partwise {

namespace {

constexpr std::uint32_t kNoRule = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
constexpr TokenId kGone = -1;  // a symbol that was merged into the one on its left

}  // namespace

BpeMerges::BpeMerges(std::vector<MergeRule> rules, std::int64_t vocab_size)
    : rules_(std::move(rules)), entries_(rules_.size()), first_(vocab_size + 1, 0) {
  for (const MergeRule& rule : rules_) ++first_[rule.left];
  std::uint32_t end = 0;
  for (std::uint32_t& first : first_) first = end += first;  // for now where each left token's entries end
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

/// One run of merging: the symbols as a linked list, and a queue of pairs that could be merged. A pair
/// that was broken up meanwhile stays in the queue and is recognised when its turn comes.
class BpeMerges::Run {
 public:
  Run(const BpeMerges& merges, std::vector<TokenId>& symbols);
  void to_the_end();

 private:
  void propose(std::uint32_t left);
  void merge(std::uint32_t left, TokenId result);

  const BpeMerges& merges_;
  std::vector<TokenId>& symbols_;
  std::vector<std::uint32_t> previous_, next_;
  // rank in the upper half, place of the left symbol in the lower: the smallest goes first
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> queue_;
};

BpeMerges::Run::Run(const BpeMerges& merges, std::vector<TokenId>& symbols)
    : merges_(merges), symbols_(symbols), previous_(symbols.size()), next_(symbols.size()) {
  for (std::uint32_t i = 0; i < symbols.size(); ++i) {
    previous_[i] = i == 0 ? kNowhere : i - 1;
    next_[i] = i + 1 == symbols.size() ? kNowhere : i + 1;
  }
  for (std::uint32_t i = 0; i < symbols.size(); ++i) propose(i);
}

void BpeMerges::Run::propose(std::uint32_t left) {
  if (left == kNowhere || next_[left] == kNowhere) return;
  std::uint32_t rank = merges_.rank_of(symbols_[left], symbols_[next_[left]]);
  if (rank != kNoRule) queue_.push(std::uint64_t{rank} << 32 | left);
}

void BpeMerges::Run::to_the_end() {
  while (!queue_.empty()) {
    const MergeRule& rule = merges_.rules_[queue_.top() >> 32];
    std::uint32_t left = static_cast<std::uint32_t>(queue_.top()), right = next_[left];
    queue_.pop();
    bool still_there = right != kNowhere && symbols_[left] == rule.left && symbols_[right] == rule.right;
    if (still_there) merge(left, rule.result);
  }
  std::erase(symbols_, kGone);
}

void BpeMerges::Run::merge(std::uint32_t left, TokenId result) {
  std::uint32_t right = next_[left];
  symbols_[left] = result;
  symbols_[right] = kGone;
  next_[left] = next_[right];
  if (next_[left] != kNowhere) previous_[next_[left]] = left;
  propose(previous_[left]);
  propose(left);
}

void BpeMerges::apply(std::vector<TokenId>& symbols) const {
  check_internal(symbols.size() < kNowhere, "a text to merge has less than 4 GiB");
  if (symbols.size() > 1) Run(*this, symbols).to_the_end();
}

}  // namespace partwise
