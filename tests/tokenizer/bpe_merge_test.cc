#include "tokenizer/bpe_merge.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using Ids = std::vector<TokenId>;

Ids merged(const BpeMerges& merges, Ids symbols) {
  merges.apply(symbols);
  return symbols;
}

/// The definition: merge the best pair, the leftmost one among equals, until none is left.
Ids merged_by_definition(const std::vector<MergeRule>& rules, Ids symbols) {
  for (std::size_t rank = 0; rank < rules.size();) {
    std::size_t at = 0;
    const auto is_pair = [&] { return symbols[at] == rules[rank].left && symbols[at + 1] == rules[rank].right; };
    while (at + 1 < symbols.size() && !is_pair()) ++at;
    if (at + 1 >= symbols.size()) {
      ++rank;
      continue;
    }
    symbols[at] = rules[rank].result;
    symbols.erase(symbols.begin() + at + 1);
    rank = 0;
  }
  return symbols;
}

TEST(BpeMerges, TheLowestRankGoesFirstAndTheLeftmostOfEquals) {
  const BpeMerges merges({{0, 1, 3}, {1, 2, 4}, {0, 0, 5}, {3, 2, 6}}, 7);
  EXPECT_EQ(merged(merges, {0, 1, 2}), (Ids{6}));  // 01 before 12, then 3 2
  EXPECT_EQ(merged(merges, {1, 2, 1}), (Ids{4, 1}));
  EXPECT_EQ(merged(merges, {0, 0, 0}), (Ids{5, 0}));
  EXPECT_EQ(merged(merges, {0, 0, 1}), (Ids{0, 3}));  // 01 has the lower rank although 00 is further left
}

TEST(BpeMerges, NothingToDo) {
  const BpeMerges merges({{0, 1, 2}}, 3);
  EXPECT_EQ(merged(merges, {}), Ids{});
  EXPECT_EQ(merged(merges, {0}), Ids{0});
  EXPECT_EQ(merged(merges, {1, 0, 0}), (Ids{1, 0, 0}));
  EXPECT_EQ(merged(BpeMerges({}, 3), {0, 1}), (Ids{0, 1}));
}

TEST(BpeMerges, AgreesWithTheDefinitionOnRandomRules) {
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<MergeRule> rules;
    TokenId n_tokens = 3;
    for (int i = 0; i < 12; ++i) {
      const MergeRule rule{static_cast<TokenId>(random.below(n_tokens)), static_cast<TokenId>(random.below(n_tokens)),
                           n_tokens};
      const bool known = std::any_of(rules.begin(), rules.end(),
                                     [&](const MergeRule& r) { return r.left == rule.left && r.right == rule.right; });
      if (!known) rules.push_back(rule), ++n_tokens;
    }
    random.shuffle(rules);  // a rule may now come before those that make its parts
    Ids symbols(random.below(40));
    for (TokenId& id : symbols) id = static_cast<TokenId>(random.below(3));
    ASSERT_EQ(merged(BpeMerges(rules, n_tokens), symbols), merged_by_definition(rules, symbols)) << "round " << round;
  }
}

TEST(BpeMerges, APairListedTwiceIsRefused) {
  const auto message = test::bad_data_of([] { BpeMerges({{0, 1, 2}, {1, 0, 3}, {0, 1, 4}}, 5); });
  EXPECT_NE(message.find("tokens 0 and 1"), std::string::npos) << message;
}

TEST(BpeMerges, AMillionEqualSymbolsAreNoTrouble) {  // a search over pairs would take hours
  std::vector<MergeRule> doubling;
  for (TokenId id = 0; id < 10; ++id) doubling.push_back({id, id, id + 1});
  EXPECT_EQ(merged(BpeMerges(doubling, 11), Ids(1 << 20, 0)), Ids(1 << 10, 10));
}

}  // namespace
}  // namespace partwise::internal
