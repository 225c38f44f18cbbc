#include "ops/shapes.h"

#include <algorithm>

#include "base/error.h"

namespace partwise::internal {
namespace {

bool same_shape(ConstRows a, ConstRows b) { return a.rows == b.rows && a.cols == b.cols; }

bool all_below(std::span<const std::int32_t> indices, std::int64_t limit) {
  return std::ranges::all_of(indices, [limit](std::int32_t i) { return i >= 0 && i < limit; });
}

/// A parent comes first and the segment starts where the parent ends.
bool follows_parent(std::span<const Segment> segments, std::int64_t index, std::int64_t n_rows) {
  const Segment& own = segments[index];
  if (own.first_row < 0 || own.n_rows < 0 || own.first_row + own.n_rows > n_rows) return false;
  if (own.parent < 0) return own.parent == -1 && own.position == 0;
  return own.parent < index && own.position == segments[own.parent].position + segments[own.parent].n_rows;
}

bool inside(const QueryRun& run, std::span<const Segment> segments, std::int64_t n_queries) {
  return run.segment >= 0 && run.segment < std::ssize(segments) && run.n_rows >= 0 && run.first_in_segment >= 0 &&
         run.first_in_segment + run.n_rows <= segments[run.segment].n_rows && run.first_query >= 0 &&
         run.first_query + run.n_rows <= n_queries;
}

bool are_lists_of(const LabelLists& labels, std::int64_t n_lists, std::int64_t n_rows) {
  return labels.n_lists() == n_lists && labels.first.front() == 0 && labels.first.back() == std::ssize(labels.rows) &&
         std::ranges::is_sorted(labels.first) && all_below(labels.rows, n_rows);
}

void check_normed(const Normed& in) {
  const auto& [kind, gain, bias, eps] = in.norm;
  if (gain.empty()) return;
  check_internal(std::ssize(gain) == in.x.cols && (kind == NormKind::rms || bias.size() == gain.size()),
                 "a norm's gain and bias are shaped like a row");
}

}  // namespace

void check_linear(std::span<const Product> products, const Normed& in) {
  check_normed(in);
  for (const auto& [weight, bias, y] : products) {
    check_internal(in.x.cols == weight.n_in(), "linear: x has n_in columns");
    check_internal(y.cols == weight.n_out() && y.rows == in.x.rows, "linear: y is [x.rows, n_out]");
    check_internal(bias.empty() || std::ssize(bias) == weight.n_out(), "linear: bias is empty or [n_out]");
  }
}

void check_rms_norm(ConstRows x, std::span<const float> gain, ConstRows y) {
  check_internal(same_shape(x, y) && !gain.empty() && x.cols % std::ssize(gain) == 0,
                 "rms_norm: y is shaped like x, whose rows are whole groups as wide as the gain");
}

void check_layer_norm(ConstRows x, std::span<const float> gain, std::span<const float> bias, ConstRows y) {
  check_internal(same_shape(x, y) && std::ssize(gain) == x.cols && std::ssize(bias) == x.cols,
                 "layer_norm: y is shaped like x, gain and bias like a row");
}

void check_rotary(ConstRows x, std::int64_t d_head, std::span<const std::int32_t> positions, ConstRows cos,
                  ConstRows sin) {
  check_internal(d_head > 0 && x.cols % d_head == 0, "rotary: rows are whole heads");
  check_internal(same_shape(cos, sin) && 2 * cos.cols <= d_head, "rotary: cos and sin cover at most half a head");
  check_internal(std::ssize(positions) == x.rows && all_below(positions, cos.rows),
                 "rotary: every position has its angles");
}

void check_attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                     ConstRows q, ConstRows k, ConstRows v, ConstRows z) {
  check_internal(shape.n_kv_heads > 0 && shape.n_heads % shape.n_kv_heads == 0, "attention: kv heads divide the heads");
  check_internal(shape.window >= 0, "attention: a window is not negative");
  check_internal(same_shape(q, z) && q.cols == shape.n_heads * shape.d_head, "attention: q and z are [n, heads]");
  check_internal(same_shape(k, v) && k.cols == shape.n_kv_heads * shape.d_head, "attention: k and v are [n, kv heads]");
  for (std::int64_t i = 0; i < std::ssize(segments); ++i)
    check_internal(follows_parent(segments, i, k.rows), "attention: segments follow their parents and lie inside k");
  for (const QueryRun& run : runs)
    check_internal(inside(run, segments, q.rows), "attention: runs lie inside their segment and inside q");
}

void check_mlp(const Mlp& mlp, const Normed& in, ConstRows y) {
  const std::int64_t d_mlp = mlp.in->n_out();
  const ConstRows x = in.x;
  check_normed(in);
  check_internal(x.rows == y.rows && x.cols == mlp.in->n_in() && y.cols == mlp.out->n_out(),
                 "mlp: x is [n, n_in], y [n, n_out]");
  check_internal(mlp.out->n_in() == d_mlp, "mlp: the last product reads what the first makes");
  check_internal(!mlp.gate || (mlp.gate->n_in() == x.cols && mlp.gate->n_out() == d_mlp),
                 "mlp: the gate is shaped like the product beside it");
  const auto fits = [](std::span<const float> bias, std::int64_t n) { return bias.empty() || std::ssize(bias) == n; };
  check_internal(fits(mlp.gate_bias, d_mlp) && fits(mlp.in_bias, d_mlp) && fits(mlp.out_bias, y.cols),
                 "mlp: biases are empty or as long as there are outputs");
}

void check_add(ConstRows x, ConstRows y) { check_internal(same_shape(x, y), "add: x and y have one shape"); }

void check_add_weighted(ConstRows x, ConstRows y, std::span<const WeightedRow> to) {
  check_internal(x.cols == y.cols && std::ssize(to) == y.rows, "add_weighted: each row of y goes to a row of x");
  for (const WeightedRow& one : to) check_internal(one.row >= 0 && one.row < x.rows, "add_weighted: rows lie inside");
}

void check_copy_rows(ConstRows from, ConstRows to, std::span<const RowCopy> copies) {
  check_internal(from.cols == to.cols, "copy_rows: both are equally wide");
  for (const RowCopy& copy : copies)
    check_internal(copy.from >= 0 && copy.from < from.rows && copy.to >= 0 && copy.to < to.rows,
                   "copy_rows: rows lie inside");
}

void check_read_labels(ConstRows x, ConstRows r, std::int64_t n_groups, const LabelLists& labels,
                       std::span<const double> g) {
  check_internal(n_groups > 0 && x.cols % n_groups == 0 && r.cols == x.cols, "read_labels: groups cut x and r alike");
  check_internal(are_lists_of(labels, x.rows, r.rows), "read_labels: a list of rows of r for each row of x");
  check_internal(std::ssize(g) == std::ssize(labels.rows) * n_groups, "read_labels: g is [labels, n_groups]");
}

void check_read_sources(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                        ConstRows q, ConstRows k, ConstRows v, ConstRows r, const LabelLists& labels,
                        std::span<const std::span<const std::int32_t>> sources, std::int64_t n_sources,
                        std::span<const double> g) {
  check_attention(shape, segments, runs, q, k, v, q);
  check_internal(std::ssize(runs) == q.rows && std::ssize(sources) == q.rows, "read_sources: a run for each query");
  check_internal(r.cols == q.cols && are_lists_of(labels, q.rows, r.rows),
                 "read_sources: a list of rows of r for each query");
  check_internal(std::ssize(g) == std::ssize(labels.rows) * shape.n_heads * n_sources, "read_sources: g has room");
  for (std::int64_t e = 0; e < q.rows; ++e) {
    const std::int64_t position = segments[runs[e].segment].position + runs[e].first_in_segment;
    check_internal(runs[e].n_rows == 1 && runs[e].first_query == e, "read_sources: query e is that of run e");
    check_internal(std::ssize(sources[e]) == position + 1 && all_below(sources[e], n_sources),
                   "read_sources: a source for each position");
  }
}

std::vector<std::int64_t> visible_rows(std::span<const Segment> segments, std::int64_t segment, std::int64_t index,
                                       std::int64_t window) {
  std::vector<std::int64_t> rows;  // from the token back to the root
  for (std::int64_t last = index; segment >= 0; segment = segments[segment].parent) {
    if (!rows.empty()) last = segments[segment].n_rows - 1;
    for (std::int64_t i = last; i >= 0; --i) rows.push_back(segments[segment].first_row + i);
  }
  if (window > 0 && std::ssize(rows) > window) rows.resize(static_cast<std::size_t>(window));
  std::reverse(rows.begin(), rows.end());
  return rows;
}

}  // namespace partwise::internal
