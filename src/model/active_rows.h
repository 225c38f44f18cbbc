// Which rows of a prefix tree a layer works on, and in what pieces.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/prefix_tree.h"
#include "ops/backend.h"

namespace partwise {

/// Rows [first, first + n).
struct RowRange {
  std::int64_t first, n;
};

/// Equal pieces of [0, n_rows), as many for each thread, or one where there is too little for every thread: then the
/// threads work together in each operation.
std::vector<RowRange> cut_into_chunks(std::int64_t n_rows, const Backend& backend);

/// The last position of a prompt: which of the active rows it is.
struct End {
  std::int64_t row;
  std::int64_t prompt;
};

/// Rows whose residual a layer moves on: all of the tree's, or in the last layer the prompts' ends.
struct ActiveRows {
  /// These rows of the tree, in ascending order. n_prompts is left empty.
  ActiveRows(const PrefixTree& tree, const std::vector<std::int64_t>& rows, Matrix residual);

  std::vector<QueryRun> runs;           // cover the rows in order
  std::vector<End> ends;                // by row
  Matrix resid;                         // [n, d_model]
  std::vector<std::int32_t> positions;  // [n]
  std::vector<std::int64_t> n_prompts;  // that have the row; in the last layer, that end there. For means  [n]
};

std::vector<std::int64_t> all_rows(const PrefixTree& tree);

/// How many prompts end at each of these rows.
std::vector<std::int64_t> prompts_ending(const PrefixTree& tree, const std::vector<std::int64_t>& rows);

/// One run for each prompt's last position.
std::vector<QueryRun> runs_of_ends(const PrefixTree& tree);

/// The runs of queries [first, first + n), renumbered to start at 0.
std::vector<QueryRun> cut_runs(const std::vector<QueryRun>& runs, RowRange rows);

/// Those of the ends, which are sorted, that lie in these rows.
std::span<const End> ends_within(const std::vector<End>& ends, RowRange rows);

}  // namespace partwise
