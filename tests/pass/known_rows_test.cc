#include "pass/known_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "ops/host_rows.h"
#include "pass/trees.h"

namespace partwise::internal {
namespace {

using Ids = std::vector<std::int32_t>;
using test::path_to;
using testing::ElementsAre;

constexpr std::int64_t kLayers = 2, kWidth = 3;
constexpr std::int64_t kRowBytes = kLayers * kWidth * 4;

const Backend& backend() {
  static const auto reference = make_reference_backend();
  return *reference;
}

PrefixTree tree_of(const std::vector<Ids>& prompts) {
  const std::vector<std::span<const std::int32_t>> views(prompts.begin(), prompts.end());
  return build_prefix_tree(views);
}

/// A number that stands for the keys and values behind these tokens.
float value_of(const Ids& path, std::int64_t layer) {
  std::uint32_t hash = 17 + static_cast<std::uint32_t>(layer);
  for (const std::int32_t token : path) hash = hash * 1000003 + static_cast<std::uint32_t>(token);
  return static_cast<float>(hash % 1'000'000);
}

/// What a pass does: it computes the new rows that are to be kept.
void compute(KnownRows& known, const GrownTree& grown) {
  std::vector<KeptSegment> kept = known.room_for(grown.tree);
  for (const KeptSegment& k : kept) {
    const Segment& segment = grown.tree.segments[k.segment];
    for (std::int64_t l = 0; l < kLayers; ++l)
      for (std::int64_t i = 0; i < segment.n_rows; ++i)
        backend().fill(k.values->layers[l].view().block(i, 1),
                       std::vector<float>(kWidth, value_of(path_to(grown.tree, segment.first_row + i), l)));
  }
  known.add(grown.tree, std::move(kept));
}

void expect_known_values(const GrownTree& grown) {
  std::int64_t row = 0;
  for (const KnownPiece& piece : grown.pieces) {
    EXPECT_EQ(piece.row, row);
    for (std::int64_t i = 0; i < piece.n; ++i, ++row)
      for (std::int64_t l = 0; l < kLayers; ++l)
        EXPECT_EQ(on_host(piece.values->layers[l].view()).row(piece.first + i)[0],
                  value_of(path_to(grown.tree, row), l));
  }
  EXPECT_EQ(row, grown.tree.n_known);
}

TEST(KnownRows, PutsWhatIsKnownInFront) {
  KnownRows known(backend(), kLayers, kWidth, 100 * kRowBytes);
  compute(known, known.grow(tree_of({{1, 2, 3, 4}, {1, 2, 9}})));
  EXPECT_EQ(known.bytes(), 5 * kRowBytes);
  const GrownTree grown = known.grow(tree_of({{1, 2, 3, 5}, {1, 2, 7, 8}}));
  EXPECT_EQ(grown.tree.n_known, 3);
  EXPECT_EQ(grown.tree.n_new_rows(), 3);
  EXPECT_THAT(std::span(grown.tree.tokens).first(3), ElementsAre(1, 2, 3));
  EXPECT_EQ(path_to(grown.tree, grown.tree.ends[0]), (Ids{1, 2, 3, 5}));
  EXPECT_EQ(path_to(grown.tree, grown.tree.ends[1]), (Ids{1, 2, 7, 8}));
  expect_known_values(grown);
}

TEST(KnownRows, LeavesLastRowsOfPromptsNew) {
  KnownRows known(backend(), kLayers, kWidth, 100 * kRowBytes);
  compute(known, known.grow(tree_of({{1, 2, 3, 4}})));
  EXPECT_EQ(known.grow(tree_of({{1, 2, 3, 4}})).tree.n_known, 3);
  EXPECT_EQ(known.grow(tree_of({{1, 2}, {1, 2, 3, 4}})).tree.n_known, 1) << "nor what lies behind them";
}

TEST(KnownRows, DropsWhatWasNotUsedForTheLongestTime) {
  KnownRows known(backend(), kLayers, kWidth, 8 * kRowBytes);
  compute(known, known.grow(tree_of({{1, 1, 1, 1}})));
  compute(known, known.grow(tree_of({{2, 2, 2, 2}})));
  known.grow(tree_of({{1, 1, 1, 1}}));  // is used again
  compute(known, known.grow(tree_of({{3, 3, 3, 3}})));
  EXPECT_EQ(known.bytes(), 8 * kRowBytes);
  EXPECT_EQ(known.grow(tree_of({{1, 1, 1, 1}})).tree.n_known, 3);
  EXPECT_EQ(known.grow(tree_of({{2, 2, 2, 2}})).tree.n_known, 0);
}

TEST(KnownRows, OfALargePassKeepsWhatPromptsShare) {
  KnownRows known(backend(), kLayers, kWidth, 10 * kRowBytes);  // of one pass at most five rows
  compute(known, known.grow(tree_of({{1, 2, 3, 4, 5}, {1, 2, 6, 7, 8}})));
  EXPECT_EQ(known.bytes(), 2 * kRowBytes);
  EXPECT_EQ(known.grow(tree_of({{1, 2, 3, 4, 5}})).tree.n_known, 2);
}

TEST(KnownRows, KnowsNothingWithoutRoom) {
  KnownRows known(backend(), kLayers, kWidth, 0);
  compute(known, known.grow(tree_of({{1, 2, 3}})));
  EXPECT_EQ(known.bytes(), 0);
  EXPECT_EQ(known.grow(tree_of({{1, 2, 3}})).tree.n_known, 0);
}

/// Prompts of few different tokens, which share many beginnings.
std::vector<Ids> random_prompts(Random& random) {
  std::vector<Ids> prompts(1 + random.below(4));
  for (Ids& prompt : prompts) {
    prompt.resize(1 + random.below(7));
    for (std::int32_t& token : prompt) token = static_cast<std::int32_t>(random.below(3));
  }
  return prompts;
}

TEST(KnownRows, AreRightAfterAnyPassesAndDrops) {
  for (const std::int64_t room : {12, 40, 1000}) {
    Random random(static_cast<std::uint64_t>(room));
    KnownRows known(backend(), kLayers, kWidth, room * kRowBytes);
    std::int64_t n_known = 0;
    for (int pass = 0; pass < 400; ++pass) {
      const std::vector<Ids> prompts = random_prompts(random);
      const GrownTree grown = known.grow(tree_of(prompts));
      n_known += grown.tree.n_known;
      expect_known_values(grown);
      EXPECT_EQ(grown.tree.n_rows(), tree_of(prompts).n_rows());
      for (std::size_t p = 0; p < prompts.size(); ++p) ASSERT_EQ(path_to(grown.tree, grown.tree.ends[p]), prompts[p]);
      for (std::size_t s = 0; s < grown.tree.segments.size(); ++s)
        ASSERT_LT(grown.tree.segments[s].parent, static_cast<std::int64_t>(s));
      compute(known, grown);
      ASSERT_LE(known.bytes(), room * kRowBytes);
    }
    EXPECT_GT(n_known, 200) << room;
  }
}

}  // namespace
}  // namespace partwise::internal
