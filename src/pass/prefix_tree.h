// Prompts as a tree of token segments: what they share is computed once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/backend.h"

namespace partwise::internal {

/// Every distinct (prefix, token) is one row. Rows are numbered depth first, so a segment's rows are consecutive, and a
/// parent's rows come before its children's.
struct PrefixTree {
  std::vector<Segment> segments;
  std::vector<std::int32_t> tokens;     // [n_rows]
  std::vector<std::int32_t> positions;  // [n_rows]
  std::vector<std::int64_t> ends;       // [n_prompts] row of each prompt's last token, in the caller's order
  std::vector<std::int64_t> reads;      // [n_points] rows at which a pass is read, in the caller's order
  std::int64_t n_known = 0;             // the first rows, whose keys and values are known already (pass/known_rows.h)

  std::int64_t n_rows() const { return static_cast<std::int64_t>(tokens.size()); }
  std::int64_t n_new_rows() const { return n_rows() - n_known; }
};

/// Prompts may be repeated and may be prefixes of each other; none is empty. The tree is read at the prompts' ends.
PrefixTree build_prefix_tree(std::span<const std::span<const std::int32_t>> prompts);

/// The row of a position of a prompt.
std::int64_t row_of(const PrefixTree& tree, std::int64_t prompt, std::int64_t position);

/// The rows that are read, in ascending order, without repeats.
std::vector<std::int64_t> rows_read(const PrefixTree& tree);

/// How many prompts each row belongs to.  [n_rows]
std::vector<std::int64_t> prompts_of_rows(const PrefixTree& tree);

/// Splits prompts into groups whose trees have at most `max_rows` rows. A prompt counts as `extra_rows` additional rows
/// [n_prompts]. A longer prompt is a group of its own. Neighbours in the tree stay together. Returns indices of
/// prompts, group by group.
std::vector<std::vector<std::int64_t>> group_prompts(std::span<const std::span<const std::int32_t>> prompts,
                                                     std::int64_t max_rows, std::span<const std::int64_t> extra_rows);

}  // namespace partwise::internal
