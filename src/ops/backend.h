// The operations of a forward pass. `ops/ref` says in plain loops and double sums what each one means; `ops/cpu` is
// fast; tests compare the two.
//
// Letters: t rows (distinct tokens), d d_model, n any width, h query heads, k key/value heads,
// c d_head, e examples, y labels. All matrices are row-major float32 with a row stride. Rows (ops/rows.h) lie in the
// back end's memory, which only its operations touch; weights' norms and biases, indices and results lie in the host's.
//
// Two promises hold for every back end:
//  - Row independence: the bits of an output row depend on that row's own inputs (for attention: on
//    the row and the keys and values it sees) and on nothing else: not on how many rows there are,
//    their order, how the tree cuts a prompt into segments, or the number of threads.
//  - Inputs and outputs do not overlap unless an operation says "in place".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ops/activation.h"
#include "ops/matrix.h"
#include "ops/norm.h"
#include "ops/precision.h"
#include "ops/rows.h"

namespace partwise::internal {

/// A weight matrix [n_out, n_in] in the form that the back end multiplies by fastest.
class PackedWeight {
 public:
  virtual ~PackedWeight() = default;
  virtual std::int64_t n_in() const = 0;
  virtual std::int64_t n_out() const = 0;
};

/// A run of tokens that several prompts share, or that belongs to one. Its rows are
/// [first_row, first_row + n_rows) of the pass, its first token stands at `position` of every
/// prompt through it, and its tokens see all tokens of its ancestors and the earlier ones of its own.
struct Segment {
  std::int64_t parent;  // index of the segment before it, -1 at a root; always smaller than its own
  std::int64_t first_row;
  std::int64_t n_rows;
  std::int64_t position;
};

struct AttentionShape {
  std::int64_t n_heads;
  std::int64_t n_kv_heads;  // divides n_heads; query head h reads key/value head h / (n_heads / n_kv_heads)
  std::int64_t d_head;
  float scale;              // on scores, usually 1 / sqrt(d_head)
  std::int64_t window = 0;  // a token attends to the last `window` positions, its own included; 0: no window
  float cap = 0;            // scaled scores become cap * tanh(score / cap) before the softmax; 0: they stay
};

/// Queries of one segment: output and query rows [first_query, first_query + n_rows) belong to the
/// segment's rows [first_in_segment, first_in_segment + n_rows).
struct QueryRun {
  std::int64_t segment;
  std::int64_t first_in_segment;
  std::int64_t n_rows;
  std::int64_t first_query;
};

/// A norm of whole rows, as in Backend::rms_norm or layer_norm. Without a gain: no norm.
struct Norm {
  NormKind kind = NormKind::rms;
  std::span<const float> gain, bias;
  float eps = 0;
};

/// Rows that are multiplied: x, or the norm of x.
struct Normed {
  Normed(ConstRows rows, Norm by = {}) : x(rows), norm(by) {}  // NOLINT(google-explicit-constructor)
  Normed(Rows rows, Norm by = {}) : x(rows), norm(by) {}       // NOLINT(google-explicit-constructor)
  ConstRows x;
  Norm norm;
};

/// Which rows of a matrix each of some other rows is read against: a list for each, one after another. List e is
/// rows[first[e]], ..., rows[first[e + 1] - 1].
struct LabelLists {
  std::span<const std::int32_t> rows;
  std::span<const std::int64_t> first;  // [n_lists + 1], begins with 0

  std::int64_t n_lists() const { return std::ssize(first) - 1; }
  /// The list that each entry belongs to.  [rows.size()]
  std::vector<std::int64_t> list_of_entries() const {
    std::vector<std::int64_t> lists;
    for (std::int64_t e = 0; e < n_lists(); ++e) lists.insert(lists.end(), list(e).size(), e);
    return lists;
  }
  std::span<const std::int32_t> list(std::int64_t e) const {
    return rows.subspan(static_cast<std::size_t>(first[e]), static_cast<std::size_t>(first[e + 1] - first[e]));
  }
};

/// A row to which another one is added, times a weight.
struct WeightedRow {
  std::int64_t row;
  float weight;
};

/// One product of some rows: see Backend::linear.
struct Product {
  const PackedWeight& weight;   // [n_out, n_in]
  std::span<const float> bias;  // [n_out] or empty
  Rows y;                       // [rows, n_out]
};

/// y = W_out (f(W_gate x + b_gate) * (W_in x + b_in)) + b_out, or W_out f(W_in x + b_in) + b_out without a gate.
struct Mlp {
  const PackedWeight* gate;                             // [d_mlp, n_in], or null
  const PackedWeight* in;                               // [d_mlp, n_in]
  const PackedWeight* out;                              // [n_out, d_mlp]
  std::span<const float> gate_bias, in_bias, out_bias;  // by rows of the matrices, or empty
  Activation activation;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  /// The precision of the operands of linear(), unless a weight is packed for another.
  virtual Precision precision() const = 0;
  /// How many threads work on one operation. Callers that prepare its inputs use the same number.
  virtual int n_threads() const { return 1; }

  /// Runs body(i, thread) for every i in [0, n) on up to n_threads() threads. They are begun in ascending order, so
  /// body(i) may wait for body(j) with j < i. Thread 0 is the caller's. Operations that body calls work on its thread
  /// alone. After an exception no further i is begun; the first exception is thrown again.
  virtual void for_each(std::int64_t n, const std::function<void(std::int64_t i, int thread)>& body) const = 0;

  /// How many rows one thread should work on at a time so that their activations stay in its cache.
  virtual std::int64_t preferred_rows() const = 0;
  /// With fewer rows than this per thread, work is better divided by outputs than by rows.
  virtual std::int64_t few_rows() const = 0;

  /// Rows of memory whose values are not initialised.
  virtual OwnedRows allocate(std::int64_t rows, std::int64_t cols) const = 0;
  /// Copies between the host and rows of the same shape.
  virtual void upload(ConstMatrix from, Rows to) const = 0;
  virtual void download(ConstRows from, Matrix to) const = 0;
  /// to[copy.to, :] = from[copy.from, :] for each of the copies. `from` and `to` are equally wide.
  virtual void copy_rows(ConstRows from, Rows to, std::span<const RowCopy> copies) const = 0;
  /// to = from, which has the same shape.
  virtual void copy(ConstRows from, Rows to) const = 0;
  /// x[t, :] = row for all t.
  virtual void fill(Rows x, std::span<const float> row) const = 0;
  /// Rounds all values to the precision, in place, as products round their operands.
  virtual void round(Rows x) const = 0;
  /// scales[t] = sqrt(mean(x[t, :]^2) + eps), or for a LayerNorm sqrt(var(x[t, :]) + eps), in double: what the norm
  /// divides by.
  virtual void row_scales(NormKind kind, ConstRows x, float eps, std::span<double> scales) const = 0;

  /// Packs W [n_out, n_in] for products of a precision, reading a few rows at a time. The reader is not needed
  /// afterwards. Errors: those of reading.
  virtual std::unique_ptr<PackedWeight> pack(const RowReader& weight, Precision precision) const = 0;
  std::unique_ptr<PackedWeight> pack(const RowReader& weight) const { return pack(weight, precision()); }
  /// Bytes of memory that W [n_out, n_in] takes when it is packed.
  virtual std::int64_t packed_bytes(std::int64_t n_in, std::int64_t n_out) const = 0;

  /// y[t, o] = sum_i round(x[t, i]) round(W[o, i]) + bias[o]   x [t, n_in]
  /// for each of the products, where round() is that of the precision that all of them were packed for.
  virtual void linear(std::span<const Product> products, const Normed& x) const = 0;
  void linear(const PackedWeight& weight, std::span<const float> bias, const Normed& x, Rows y) const {
    const Product product{weight, bias, y};
    linear({&product, 1}, x);
  }

  /// y[t, g, :] = gain * x[t, g, :] / sqrt(mean(x[t, g, :]^2) + eps)   x, y [t, n_groups * d], gain [d]
  /// With one group it norms whole rows, with n_heads groups every head by itself. y may be x.
  virtual void rms_norm(ConstRows x, std::span<const float> gain, float eps, Rows y) const = 0;

  /// y[t, :] = gain * (x[t, :] - mean(x[t, :])) / sqrt(var(x[t, :]) + eps) + bias   x, y [t, d], gain, bias [d]
  /// The variance is the biased one. y may be x.
  virtual void layer_norm(ConstRows x, std::span<const float> gain, std::span<const float> bias, float eps,
                          Rows y) const = 0;

  /// Rotates every head of x in place; head h takes columns [h * d_head, (h + 1) * d_head). With
  /// r = cos.cols = sin.cols (half the rotated width; the rest of a head stays) and p = positions[t]:
  ///   x'[j]     = x[j] cos[p, j] - x[j + r] sin[p, j]
  ///   x'[j + r] = x[j + r] cos[p, j] + x[j] sin[p, j]       j in [0, r)
  virtual void rotary(Rows x, std::int64_t d_head, std::span<const std::int32_t> positions, ConstRows cos,
                      ConstRows sin) const = 0;

  /// z[q, h, :] = sum_s softmax_s(scale * q[q, h, :] . k[s, k(h), :]) v[s, k(h), :]
  /// summed over the positions s that the query's token sees: its own and all before it, or the last `window` of these.
  /// q, z [n_queries, n_heads * d_head]; k, v [rows of the pass, n_kv_heads * d_head]. Queries, keys, values and the
  /// numerators of the softmax may be rounded to the precision.
  virtual void attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                         ConstRows q, ConstRows k, ConstRows v, Rows z) const = 0;

  /// An MLP of every row, with products like those of linear(). Hidden units are rounded like all rows that are
  /// multiplied. x [t, n_in], y [t, n_out]
  virtual void mlp(const Mlp& mlp, const Normed& x, Rows y) const = 0;

  /// x += y, in place: the only place where the residual stream grows.
  virtual void add(Rows x, ConstRows y) const = 0;

  /// x[to[i].row, :] += to[i].weight * y[i, :] for each row of y, in place. No row of x is named twice.
  virtual void add_weighted(Rows x, ConstRows y, std::span<const WeightedRow> to) const = 0;

  /// g[i, h] = sum_c x[e, h * n + c] r[labels.rows[i], h * n + c] for every i of list e, sums in double;
  /// n = x.cols / n_groups, h in [0, n_groups). With one group this reads a whole row (an MLP's output) against a label
  /// direction; with n_heads groups it reads every head's z against the folded output projection.
  /// g [labels.rows.size(), n_groups]
  virtual void read_labels(ConstRows x, ConstRows r, std::int64_t n_groups, const LabelLists& labels,
                           std::span<double> g) const = 0;

  /// g[e, h, j, y] = sum_s a[e, h, s] sum_c v[s, k(h), c] r[labels.list(e)[y], h * d_head + c] over the s of source j,
  /// where a are the softmax weights of attention(); sums in double. So the sum over j is what read_labels() reads of
  /// z. Each run has one query: query e of run e. q [n_queries, n_heads * d_head]; k and v as in attention(). sources
  /// [n_queries]: for each position of the query's prompt, up to the query's own, its source in [0, n_sources).
  /// r [any, n_heads * d_head]; g: [n_heads, n_sources, labels of the list] for one query after another.
  /// Everything that attention() rounds is rounded here as well.
  virtual void read_sources(const AttentionShape& shape, std::span<const Segment> segments,
                            std::span<const QueryRun> runs, ConstRows q, ConstRows k, ConstRows v, ConstRows r,
                            const LabelLists& labels, std::span<const std::span<const std::int32_t>> sources,
                            std::int64_t n_sources, std::span<double> g) const = 0;
};

/// Plain loops, double sums, one thread: the back end that the fast one is compared with.
std::unique_ptr<Backend> make_reference_backend(Precision precision = Precision::f32);

/// Hand-written products and attention on several threads, with the widest vectors that the processor has and
/// PARTWISE_MAX_ISA (AVX2, SSE41) allows. `n_threads` 0: as many threads as the process may use cores.
std::unique_ptr<Backend> make_cpu_backend(int n_threads = 0, Precision precision = Precision::f32);

}  // namespace partwise::internal
