#include "ops/cpu/read_sources.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/buffer.h"
#include "base/team.h"
#include "ops/shapes.h"

namespace partwise::internal::cpu {
namespace {

/// Some columns of rows, rounded as attention rounds them. They are copied only if rounding changes them.
class Rounded {
 public:
  Rounded(std::int64_t n_rows, std::int64_t n_cols, Precision precision)
      : precision_(precision),
        values_(precision == Precision::f32 ? nullptr : make_buffer<float>(n_rows * n_cols)),
        view_{values_.get(), n_rows, n_cols, n_cols} {}

  /// Replaces the columns by the next ones.
  void take(ConstMatrix x, int n_threads) {
    if (!values_) {
      view_ = x;
      return;
    }
    split(n_threads, x.rows, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t t = first; t < last; ++t) std::copy_n(x.row(t), x.cols, values_.get() + t * x.cols);
      round_to(precision_, {values_.get() + first * x.cols, static_cast<std::size_t>((last - first) * x.cols)});
    });
  }
  const float* row(std::int64_t t) const { return view_.row(t); }

 private:
  Precision precision_;
  Buffer<float> values_;
  ConstMatrix view_;
};

class SourceReader {
 public:
  SourceReader(const Kernels& kernels, Precision precision, int n_threads, const SourceQueries& queries)
      : kernels_(kernels),
        precision_(precision),
        n_threads_(n_threads),
        in_(queries),
        group_(queries.shape.n_heads / queries.shape.n_kv_heads) {
    for (const QueryRun& run : in_.runs)
      rows_.push_back(visible_rows(in_.segments, run.segment, run.first_in_segment, in_.shape.window));
  }

  /// Works on one key/value head after another.
  void run(ConstMatrix k, ConstMatrix v) {
    const std::int64_t c = in_.shape.d_head;
    Rounded queries(in_.q.rows, group_ * c, precision_), keys(k.rows, c, precision_);
    const auto pushes = make_buffer<double>(v.rows * group_ * in_.r.rows);
    for (std::int64_t head = 0; head < in_.shape.n_kv_heads; ++head) {
      queries.take(in_.q.columns(head * group_ * c, group_ * c), n_threads_);
      keys.take(k.columns(head * c, c), n_threads_);
      split(n_threads_, v.rows, [&](std::int64_t first, std::int64_t last) {
        Pusher pusher(*this, head * group_);
        for (std::int64_t t = first; t < last; ++t)
          pusher.push(v.row(t) + head * c, pushes.get() + t * group_ * in_.r.rows);
      });
      share_out(n_threads_, in_.q.rows,
                [&](std::int64_t e, int) { read(e, head * group_, queries.row(e), keys, pushes.get()); });
    }
  }

 private:
  /// What a value would add to each label through each head of the group: its product with every row of r.
  class Pusher {
   public:
    Pusher(const SourceReader& reader, std::int64_t first_head)
        : reader_(reader), in_(reader.in_), first_head_(first_head), value_(in_.shape.d_head), products_(in_.r.rows) {}

    /// pushes [group, rows of r]
    void push(const float* value, double* pushes) {
      std::copy_n(value, value_.size(), value_.begin());
      round_to(reader_.precision_, value_);
      for (std::int64_t g = 0; g < reader_.group_; ++g, pushes += in_.r.rows)
        push_through((first_head_ + g) * in_.shape.d_head, pushes);
    }

   private:
    void push_through(std::int64_t column, double* pushes) {
      const Kernels& kernels = reader_.kernels_;
      if (reader_.precision_ == Precision::f32) {
        for (std::int64_t y = 0; y < in_.r.rows; ++y)
          pushes[y] = kernels.dot(value_.data(), in_.r.row(y) + column, in_.shape.d_head);
      } else {
        kernels.dots(value_.data(), in_.r.data + column, in_.r.stride, in_.r.rows, in_.shape.d_head, products_.data());
        std::ranges::copy(products_, pushes);
      }
    }

    const SourceReader& reader_;
    const SourceQueries& in_;
    std::int64_t first_head_;
    std::vector<float> value_, products_;
  };

  /// pushes [rows of the pass, group, rows of r]
  void read(std::int64_t e, std::int64_t first_head, const float* queries, const Rounded& keys, const double* pushes) {
    const std::vector<std::int64_t>& rows = rows_[e];
    const auto sources = in_.sources[e].last(rows.size());
    const std::span<const std::int32_t> labels = in_.labels.list(e);
    const std::int64_t n_labels = std::ssize(labels), size = in_.n_sources * n_labels;
    const std::int64_t before = in_.labels.first[e] * in_.shape.n_heads * in_.n_sources;
    std::vector<double> weights(rows.size());
    std::vector<float> numerators(rows.size());
    for (std::int64_t g = 0; g < group_; ++g) {
      weigh(queries + g * in_.shape.d_head, first_head + g, rows, keys, numerators, weights);
      double* out = in_.g.data() + before + (first_head + g) * size;
      std::fill_n(out, size, 0.0);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double* push = pushes + (rows[i] * group_ + g) * in_.r.rows;
        for (std::int64_t y = 0; y < n_labels; ++y) out[sources[i] * n_labels + y] += weights[i] * push[labels[y]];
      }
    }
  }

  /// The softmax weights of one query of a head over these rows, computed with attention's rounding.
  void weigh(const float* query, std::int64_t head, const std::vector<std::int64_t>& rows, const Rounded& keys,
             std::vector<float>& numerators, std::vector<double>& weights) const {
    double total = 0;
    if (precision_ == Precision::f32) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        weights[i] = capped(double{in_.shape.scale} * kernels_.dot(query, keys.row(rows[i]), in_.shape.d_head));
      const double top = *std::ranges::max_element(weights);
      for (double& weight : weights) {
        weight = std::exp(weight - top);
        total += weight;
      }
      total += taken_by_sink(head, top);
    } else {
      score(query, rows, keys, numerators.data());
      if (in_.shape.cap > 0)
        for (float& score : numerators)
          score = static_cast<float>(capped(double{in_.shape.scale} * score) / in_.shape.scale);
      const float top = *std::ranges::max_element(numerators);
      for (float& score : numerators) score = (score - top) * in_.shape.scale;
      kernels_.exp(numerators.data(), std::ssize(numerators), numerators.data());
      round_to(precision_, numerators);
      std::ranges::copy(numerators, weights.begin());
      total = std::accumulate(weights.begin(), weights.end(), 0.0) + taken_by_sink(head, top * in_.shape.scale);
    }
    for (double& weight : weights) weight /= total;
  }

  /// What the head's sink takes of the softmax, if it has one.
  double taken_by_sink(std::int64_t head, double top) const {
    return in_.shape.sinks.empty() ? 0 : std::exp(in_.shape.sinks[head] - top);
  }

  double capped(double score) const {
    const double cap = in_.shape.cap;
    return cap > 0 ? cap * std::tanh(score / cap) : score;
  }

  /// Products with each row. Rows that follow each other in memory are multiplied together.
  void score(const float* query, const std::vector<std::int64_t>& rows, const Rounded& keys, float* scores) const {
    const std::int64_t c = in_.shape.d_head;
    for (std::size_t i = 0, end; i < rows.size(); i = end) {
      for (end = i + 1; end < rows.size() && rows[end] == rows[end - 1] + 1;) ++end;
      kernels_.dots(query, keys.row(rows[i]), c, static_cast<std::int64_t>(end - i), c, scores + i);
    }
  }

  const Kernels& kernels_;
  Precision precision_;
  int n_threads_;
  const SourceQueries& in_;
  std::int64_t group_;                           // query heads per key/value head
  std::vector<std::vector<std::int64_t>> rows_;  // the rows that each query sees
};

}  // namespace

void read_sources(const Kernels& kernels, Precision precision, int n_threads, const SourceQueries& queries,
                  ConstMatrix k, ConstMatrix v) {
  SourceReader(kernels, precision, n_threads, queries).run(k, v);
}

}  // namespace partwise::internal::cpu
