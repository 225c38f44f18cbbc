#include "ops/cpu/read_sources.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/buffer.h"
#include "ops/cpu/parallel.h"
#include "ops/shapes.h"

namespace partwise::cpu {
namespace {

/// The rows, rounded to what attention multiplies: a copy where that changes anything.
struct Rounded {
  Rounded(ConstMatrix x, Precision precision, int n_threads) : view(x) {
    if (precision == Precision::f32) return;
    values = make_buffer<float>(x.rows * x.cols);
    view = {values.get(), x.rows, x.cols, x.cols};
    split(n_threads, x.rows, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t t = first; t < last; ++t) {
        float* row = values.get() + t * x.cols;
        std::copy_n(x.row(t), x.cols, row);
        round_to(precision, {row, static_cast<std::size_t>(x.cols)});
      }
    });
  }
  Buffer<float> values;
  ConstMatrix view;
};

class SourceReader {
 public:
  SourceReader(const Kernels& kernels, Precision precision, int n_threads, const SourceQueries& queries, ConstMatrix k,
               ConstMatrix v)
      : kernels_(kernels),
        precision_(precision),
        n_threads_(n_threads),
        in_(queries),
        q_(queries.q, precision, n_threads),
        k_(k, precision, n_threads),
        v_(v, precision, n_threads),
        pushes_(make_buffer<double>(v.rows * queries.shape.n_heads * queries.r.rows)) {}

  void run() {
    split(n_threads_, v_.view.rows, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t t = first; t < last; ++t) push(t);
    });
    share_out(n_threads_, in_.q.rows, [&](std::int64_t e, int) { read(e); });
  }

 private:
  std::int64_t kv_column(std::int64_t h) const {
    return h / (in_.shape.n_heads / in_.shape.n_kv_heads) * in_.shape.d_head;
  }

  /// What the value of row t would add through each head: its product with every row of r.
  void push(std::int64_t t) {
    const std::int64_t c = in_.shape.d_head, n = in_.r.rows;
    for (std::int64_t h = 0; h < in_.shape.n_heads; ++h)
      for (std::int64_t y = 0; y < n; ++y)
        pushes_[(t * in_.shape.n_heads + h) * n + y] =
            kernels_.dot(v_.view.row(t) + kv_column(h), in_.r.row(y) + h * c, c);
  }

  void read(std::int64_t e) {
    const QueryRun& run = in_.runs[e];
    const auto rows = visible_rows(in_.segments, run.segment, run.first_in_segment, in_.shape.window);
    const auto sources = in_.sources[e].last(rows.size());
    const std::int64_t size = in_.n_sources * in_.n_labels;
    std::vector<double> weights(rows.size());
    for (std::int64_t h = 0; h < in_.shape.n_heads; ++h) {
      weigh(q_.view.row(e) + h * in_.shape.d_head, rows, kv_column(h), weights);
      double* g = in_.g.data() + (e * in_.shape.n_heads + h) * size;
      std::fill_n(g, size, 0.0);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double* push = &pushes_[(rows[i] * in_.shape.n_heads + h) * in_.r.rows];
        for (std::int64_t y = 0; y < in_.n_labels; ++y)
          g[sources[i] * in_.n_labels + y] += weights[i] * push[in_.labels[e * in_.n_labels + y]];
      }
    }
  }

  /// The softmax's weights of one query head over these rows.
  void weigh(const float* query, const std::vector<std::int64_t>& rows, std::int64_t column,
             std::vector<double>& weights) const {
    for (std::size_t i = 0; i < rows.size(); ++i)
      weights[i] = double{in_.shape.scale} * kernels_.dot(query, k_.view.row(rows[i]) + column, in_.shape.d_head);
    const double top = *std::max_element(weights.begin(), weights.end());
    double total = 0;
    for (double& w : weights) total += w = numerator(w - top);
    for (double& w : weights) w /= total;
  }

  double numerator(double x) const {
    if (precision_ == Precision::f32) return std::exp(x);
    float rounded = static_cast<float>(std::exp(x));
    round_to(precision_, {&rounded, 1});
    return rounded;
  }

  const Kernels& kernels_;
  Precision precision_;
  int n_threads_;
  const SourceQueries& in_;
  Rounded q_, k_, v_;
  Buffer<double> pushes_;  // [rows of the pass, n_heads, rows of r]
};

}  // namespace

void read_sources(const Kernels& kernels, Precision precision, int n_threads, const SourceQueries& queries,
                  ConstMatrix k, ConstMatrix v) {
  SourceReader(kernels, precision, n_threads, queries, k, v).run();
}

}  // namespace partwise::cpu
