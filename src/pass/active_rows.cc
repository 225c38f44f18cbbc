#include "pass/active_rows.h"

#include <algorithm>
#include <numeric>

#include "base/round.h"

namespace partwise::internal {
namespace {

/// What is copied to each read point; `rows` lists the active rows in ascending order.
std::vector<RowCopy> find_reads(const PrefixTree& tree, const std::vector<std::int64_t>& rows) {
  std::vector<RowCopy> reads;
  for (std::int64_t point = 0; point < std::ssize(tree.reads); ++point)
    reads.push_back({std::ranges::lower_bound(rows, tree.reads[point]) - rows.begin(), point});
  std::ranges::sort(reads, {}, [](const RowCopy& read) { return std::pair(read.from, read.to); });
  return reads;
}

/// Consecutive rows of one segment become one run.
std::vector<QueryRun> find_runs(const PrefixTree& tree, const std::vector<std::int64_t>& rows) {
  std::vector<QueryRun> runs;
  std::int64_t segment = 0;
  for (std::int64_t i = 0; i < std::ssize(rows); ++i) {
    while (rows[i] >= tree.segments[segment].first_row + tree.segments[segment].n_rows) ++segment;
    const std::int64_t in_segment = rows[i] - tree.segments[segment].first_row;
    const bool extends = !runs.empty() && runs.back().segment == segment &&
                         runs.back().first_in_segment + runs.back().n_rows == in_segment;
    if (extends)
      ++runs.back().n_rows;
    else
      runs.push_back({segment, in_segment, 1, i});
  }
  return runs;
}

}  // namespace

std::vector<RowRange> cut_into_chunks(std::int64_t n_rows, const Backend& backend) {
  constexpr std::int64_t kMultiple = 32;  // products take this many rows together
  const std::int64_t n_threads = backend.n_threads();
  if (n_threads > 1 && n_rows < backend.few_rows() * n_threads) return {{0, n_rows}};
  const std::int64_t n_rounds = divide_up(n_rows, backend.preferred_rows() * n_threads);
  const std::int64_t size = round_up(divide_up(n_rows, n_rounds * n_threads), kMultiple);
  std::vector<RowRange> chunks;
  for (std::int64_t first = 0; first < n_rows; first += size) chunks.push_back({first, std::min(size, n_rows - first)});
  return chunks;
}

ActiveRows::ActiveRows(const PrefixTree& tree, const std::vector<std::int64_t>& rows, Rows residual)
    : runs(find_runs(tree, rows)), reads(find_reads(tree, rows)), resid(residual) {
  for (const std::int64_t row : rows) positions.push_back(tree.positions[row]);
}

std::vector<std::int64_t> new_rows(const PrefixTree& tree) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(tree.n_new_rows()));
  std::iota(rows.begin(), rows.end(), tree.n_known);
  return rows;
}

std::vector<std::int64_t> points_at(const PrefixTree& tree, const std::vector<std::int64_t>& rows) {
  std::vector<std::int64_t> counts(rows.size());
  for (std::int64_t row : tree.reads) ++counts[std::ranges::lower_bound(rows, row) - rows.begin()];
  return counts;
}

std::vector<QueryRun> runs_of_points(const PrefixTree& tree) {
  std::vector<QueryRun> runs;
  for (std::int64_t point = 0; point < std::ssize(tree.reads); ++point) {
    const std::int64_t row = tree.reads[static_cast<std::size_t>(point)];
    const auto segment = std::ranges::upper_bound(tree.segments, row, {}, &Segment::first_row) - 1;
    runs.push_back({segment - tree.segments.begin(), row - segment->first_row, 1, point});
  }
  return runs;
}

std::vector<QueryRun> cut_runs(const std::vector<QueryRun>& runs, RowRange rows) {
  const auto [first, n] = rows;
  std::vector<QueryRun> out;
  auto run = std::ranges::upper_bound(runs, first, {}, &QueryRun::first_query) - 1;
  for (; run != runs.end() && run->first_query < first + n; ++run) {
    const std::int64_t begin = std::max(first, run->first_query);
    const std::int64_t end = std::min(first + n, run->first_query + run->n_rows);
    out.push_back({run->segment, run->first_in_segment + begin - run->first_query, end - begin, begin - first});
  }
  return out;
}

std::vector<RowCopy> copies_from(const std::vector<RowCopy>& copies, RowRange rows) {
  std::vector<RowCopy> out;
  const auto first = std::ranges::lower_bound(copies, rows.first, {}, &RowCopy::from);
  for (auto copy = first; copy != copies.end() && copy->from < rows.first + rows.n; ++copy)
    out.push_back({copy->from - rows.first, copy->to});
  return out;
}

WeightedReads weighted_reads(const std::vector<RowCopy>& reads, std::span<const WeightedRow> rows) {
  WeightedReads found;
  auto read = std::ranges::lower_bound(reads, rows.front().row, {}, &RowCopy::from);
  for (std::int64_t i = 0; i < std::ssize(rows); ++i) {
    while (read != reads.end() && read->from < rows[i].row) ++read;
    for (; read != reads.end() && read->from == rows[i].row; ++read) {
      found.copies.push_back({i, std::ssize(found.copies)});
      found.points.push_back(read->to);
      found.weights.push_back(rows[i].weight);
    }
  }
  return found;
}

}  // namespace partwise::internal
