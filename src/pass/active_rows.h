// Which rows of a prefix tree a layer works on, and in which chunks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/backend.h"
#include "pass/prefix_tree.h"

namespace partwise::internal {

/// Rows [first, first + n).
struct RowRange {
  std::int64_t first, n;
};

/// Cuts [0, n_rows) into equal chunks, the same number for each thread. If there are too few rows for all threads, it
/// is one chunk: then all threads work together on each operation.
std::vector<RowRange> cut_into_chunks(std::int64_t n_rows, const Backend& backend);

/// The last position of a prompt, as an index into the active rows.
struct End {
  std::int64_t row;
  std::int64_t prompt;
};

/// The rows whose residual a layer updates: all new rows of the tree, or in the last layer the prompts' ends.
struct ActiveRows {
  /// For these rows of the tree, which are in ascending order. n_prompts is left empty.
  ActiveRows(const PrefixTree& tree, const std::vector<std::int64_t>& rows, Matrix residual);

  std::vector<QueryRun> runs;           // cover the rows in order
  std::vector<End> ends;                // by row
  Matrix resid;                         // [n, d_model]
  std::vector<std::int32_t> positions;  // [n]
  std::vector<std::int64_t> n_prompts;  // how many prompts have the row; last layer: end there  [n]
};

std::vector<std::int64_t> new_rows(const PrefixTree& tree);

/// How many prompts end at each of these rows.
std::vector<std::int64_t> prompts_ending(const PrefixTree& tree, const std::vector<std::int64_t>& rows);

/// One run per prompt: its last position.
std::vector<QueryRun> runs_of_ends(const PrefixTree& tree);

/// The runs of queries [first, first + n), renumbered to start at 0.
std::vector<QueryRun> cut_runs(const std::vector<QueryRun>& runs, RowRange rows);

/// The ends that lie in these rows. `ends` is sorted by row.
std::span<const End> ends_within(const std::vector<End>& ends, RowRange rows);

}  // namespace partwise::internal
