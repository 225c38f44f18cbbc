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

/// The rows whose residual a layer updates: all new rows of the tree, or in the last layer those that are read.
struct ActiveRows {
  /// For these rows of the tree, which are in ascending order. n_prompts is left empty.
  ActiveRows(const PrefixTree& tree, const std::vector<std::int64_t>& rows, Rows residual);

  std::vector<QueryRun> runs;           // cover the rows in order
  std::vector<RowCopy> reads;           // from an active row to a read point, by row
  Rows resid;                           // [n, d_model]
  std::vector<std::int32_t> positions;  // [n]
  std::vector<std::int64_t> n_prompts;  // how many prompts have the row; last layer: how often it is read  [n]
};

std::vector<std::int64_t> new_rows(const PrefixTree& tree);

/// How many points read each of these rows.
std::vector<std::int64_t> points_at(const PrefixTree& tree, const std::vector<std::int64_t>& rows);

/// One run per read point: its row.
std::vector<QueryRun> runs_of_points(const PrefixTree& tree);

/// The runs of queries [first, first + n), renumbered to start at 0.
std::vector<QueryRun> cut_runs(const std::vector<QueryRun>& runs, RowRange rows);

/// The copies from these rows, counted from the first of them. `copies` are sorted by the row that they are from.
std::vector<RowCopy> copies_from(const std::vector<RowCopy>& copies, RowRange rows);

/// The points that read some of these rows, and by which weight; copies are from the rows, by their place in the list.
struct WeightedReads {
  std::vector<RowCopy> copies;
  std::vector<std::int64_t> points;
  std::vector<float> weights;
};
/// Both lists are in ascending order of the row.
WeightedReads weighted_reads(const std::vector<RowCopy>& reads, std::span<const WeightedRow> rows);

}  // namespace partwise::internal
