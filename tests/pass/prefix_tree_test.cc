#include "pass/prefix_tree.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "pass/trees.h"

namespace partwise::internal {
namespace {

using Ids = std::vector<std::int32_t>;
using test::path_to;

std::vector<std::span<const std::int32_t>> views(const std::vector<Ids>& prompts) {
  return {prompts.begin(), prompts.end()};
}

std::size_t distinct_prefixes(const std::vector<Ids>& prompts) {
  std::set<Ids> prefixes;
  for (const Ids& p : prompts)
    for (std::size_t n = 1; n <= p.size(); ++n) prefixes.emplace(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(n));
  return prefixes.size();
}

TEST(PrefixTree, SharesWhatPromptsShare) {
  const std::vector<Ids> prompts{{1, 2, 3, 4}, {1, 2, 5}, {1, 2, 3, 4}, {1, 2}, {7}};
  const PrefixTree tree = build_prefix_tree(views(prompts));
  EXPECT_EQ(tree.tokens, (Ids{1, 2, 3, 4, 5, 7}));
  EXPECT_EQ(tree.positions, (Ids{0, 1, 2, 3, 2, 0}));
  EXPECT_EQ(tree.ends, (std::vector<std::int64_t>{3, 4, 3, 1, 5}));
  ASSERT_EQ(tree.segments.size(), 4u);
  EXPECT_EQ(tree.segments[0].parent, -1);
  EXPECT_EQ(tree.segments[1].parent, 0);
  EXPECT_EQ(tree.segments[2].parent, 0);
  EXPECT_EQ(tree.segments[2].position, 2);
  EXPECT_EQ(tree.segments[3].parent, -1);
}

TEST(PrefixTree, EveryPromptIsOnePathAndEveryPrefixOneRow) {
  Random random(5);
  std::vector<Ids> prompts;
  for (int i = 0; i < 200; ++i) {
    Ids p(1 + random.below(12));
    for (auto& id : p) id = static_cast<std::int32_t>(random.below(3));
    prompts.push_back(p);
  }
  const PrefixTree tree = build_prefix_tree(views(prompts));
  EXPECT_EQ(static_cast<std::size_t>(tree.n_rows()), distinct_prefixes(prompts));
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    EXPECT_EQ(path_to(tree, tree.ends[i]), prompts[i]);
    EXPECT_EQ(tree.positions[tree.ends[i]], static_cast<std::int32_t>(prompts[i].size()) - 1);
  }
  for (std::size_t s = 0; s < tree.segments.size(); ++s) {
    EXPECT_LT(tree.segments[s].parent, static_cast<std::int64_t>(s));
    EXPECT_GT(tree.segments[s].n_rows, 0);
  }
}

TEST(GroupPrompts, KeepsEachGroupWithinTheRowsAndLosesNone) {
  Random random(6);
  std::vector<Ids> prompts;
  for (int i = 0; i < 100; ++i) {
    Ids p{1, 2, 3, 4, 5};
    for (std::uint64_t n = random.below(10); n > 0; --n) p.push_back(static_cast<std::int32_t>(random.below(4)));
    prompts.push_back(p);
  }
  prompts.push_back(Ids(50, 9));  // longer than the budget: a group of its own
  const auto groups = group_prompts(views(prompts), 30, std::vector<std::int64_t>(prompts.size()));
  std::multiset<std::int64_t> seen;
  for (const auto& group : groups) {
    std::vector<Ids> members;
    for (std::int64_t i : group) members.push_back(prompts[i]);
    seen.insert(group.begin(), group.end());
    if (group.size() > 1) {
      EXPECT_LE(distinct_prefixes(members), 30u);
    }
  }
  EXPECT_EQ(seen.size(), prompts.size());
  EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), prompts.size());
  EXPECT_EQ(group_prompts(views(prompts), 1'000'000, std::vector<std::int64_t>(prompts.size())).size(), 1u);
}

}  // namespace
}  // namespace partwise::internal
