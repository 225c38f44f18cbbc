// What tests ask of prefix trees.
#pragma once

#include <cstdint>
#include <vector>

#include "pass/prefix_tree.h"

namespace partwise::internal::test {

inline std::int64_t segment_of(const PrefixTree& tree, std::int64_t row) {
  std::int64_t s = 0;
  while (row >= tree.segments[s].first_row + tree.segments[s].n_rows) ++s;
  return s;
}

/// The tokens on the path from the root to `row`.
inline std::vector<std::int32_t> path_to(const PrefixTree& tree, std::int64_t row) {
  const Segment& segment = tree.segments[segment_of(tree, row)];
  std::vector<std::int32_t> path;
  if (segment.parent >= 0) {
    const Segment& parent = tree.segments[segment.parent];
    path = path_to(tree, parent.first_row + parent.n_rows - 1);
  }
  path.insert(path.end(), tree.tokens.begin() + segment.first_row, tree.tokens.begin() + row + 1);
  return path;
}

}  // namespace partwise::internal::test
