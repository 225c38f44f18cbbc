// Byte-pair merging by a list of merges.
#pragma once

#include <cstdint>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace partwise::internal {

struct MergeRule {
  TokenId left, right, result;
};

class BpeMerges {
 public:
  /// `rules` in order of rank: the first rule is applied first. Ids are in [0, vocab_size).
  /// Errors: bad_data for a pair that appears twice.
  BpeMerges(std::vector<MergeRule> rules, std::int64_t vocab_size);

  /// Merges in place until no pair of neighbours has a rule.
  void apply(std::vector<TokenId>& symbols) const;

 private:
  struct Entry {
    TokenId right;
    std::uint32_t rank;
  };

  /// The rank of the pair's rule, or kNoRule.
  std::uint32_t rank_of(TokenId left, TokenId right) const;

  std::vector<MergeRule> rules_;      // by rank
  std::vector<Entry> entries_;        // by left, then right
  std::vector<std::uint32_t> first_;  // [vocab_size + 1], where the entries of a left token begin
};

}  // namespace partwise::internal
