// The meaning of every operation: plain loops, sums in double, rounded to float32 once at the end.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "ops/host_backend.h"
#include "ops/host_rows.h"
#include "ops/shapes.h"

namespace partwise::internal {
namespace {

struct ReferenceWeight final : PackedWeight {
  ReferenceWeight(const RowReader& weight, Precision packed_for)
      : rows(weight.rows), cols(weight.cols), precision(packed_for), values(static_cast<std::size_t>(rows * cols)) {
    weight.read(0, {values.data(), rows, cols, cols});
    round_to(precision, values);
  }
  std::int64_t n_in() const override { return cols; }
  std::int64_t n_out() const override { return rows; }

  std::int64_t rows, cols;
  Precision precision;
  std::vector<float> values;  // [n_out, n_in]
};

double dot(const float* a, const float* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

/// The softmax weights of query head h over these rows; k is that head's columns of all rows.
std::vector<double> softmax_weights(const float* query, const AttentionShape& shape, std::int64_t h,
                                    std::span<const std::int64_t> rows, ConstMatrix k) {
  std::vector<double> p;
  for (const std::int64_t s : rows) p.push_back(double{shape.scale} * dot(query, k.row(s), k.cols));
  if (shape.cap > 0)
    for (double& score : p) score = shape.cap * std::tanh(score / shape.cap);
  const double top = *std::max_element(p.begin(), p.end());
  double total = 0;
  for (double& score : p) {
    score = std::exp(score - top);
    total += score;
  }
  if (!shape.sinks.empty()) total += std::exp(shape.sinks[h] - top);
  for (double& weight : p) weight /= total;
  return p;
}

/// Query head h: query and z [d_head]; k and v are that head's columns of all rows.
void attend(const float* query, const AttentionShape& shape, std::int64_t h, std::span<const std::int64_t> rows,
            ConstMatrix k, ConstMatrix v, float* z) {
  const std::vector<double> p = softmax_weights(query, shape, h, rows, k);
  for (std::int64_t c = 0; c < v.cols; ++c) {
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) sum += p[i] * double{v.row(rows[i])[c]};
    z[c] = static_cast<float>(sum);
  }
}

double activation(Activation f, double x) {
  switch (f) {
    case Activation::silu:
      return x / (1 + std::exp(-x));
    case Activation::gelu:
      return x * std::erfc(-x / std::numbers::sqrt2) / 2;
    case Activation::clamped_swiglu:
      break;
    case Activation::gelu_tanh:  // (1 + tanh(u)) / 2 = 1 / (1 + exp(-2 u)), which is exact for negative u as well
      return x / (1 + std::exp(-2 * std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
  }
  throw Error(ErrorCode::internal, "internal error: an activation without a formula");
}

double gated(Activation f, double gate, double in) {
  if (f != Activation::clamped_swiglu) return activation(f, gate) * in;
  const double limit = double{kSwigluLimit}, g = std::min(gate, limit);
  return g / (1 + std::exp(-double{kSwigluAlpha} * g)) * (std::clamp(in, -limit, limit) + 1);
}

class ReferenceBackend final : public HostBackend {
 public:
  explicit ReferenceBackend(Precision precision) : precision_(precision) {}

  std::string_view name() const override { return "reference"; }
  Precision precision() const override { return precision_; }
  void for_each(std::int64_t n, const std::function<void(std::int64_t, int)>& body) const override {
    for (std::int64_t i = 0; i < n; ++i) body(i, 0);
  }
  std::int64_t preferred_rows() const override { return 64; }
  std::int64_t few_rows() const override { return 1; }

  using Backend::pack;
  std::unique_ptr<PackedWeight> pack(const RowReader& weight, Precision precision) const override {
    return std::make_unique<ReferenceWeight>(weight, precision);
  }
  std::int64_t packed_bytes(std::int64_t n_in, std::int64_t n_out) const override {
    return n_in * n_out * static_cast<std::int64_t>(sizeof(float));
  }

  using Backend::linear;
  void linear(std::span<const Product> products, const Normed& x) const override {
    check_linear(products, x);
    for (const Product& product : products) multiply(product, x);
  }

  void rms_norm(ConstRows in, std::span<const float> gain, float eps, Rows out) const override {
    check_rms_norm(in, gain, out);
    const ConstMatrix x = on_host(in);
    const Matrix y = on_host(out);
    const std::int64_t n = std::ssize(gain);
    for (std::int64_t t = 0; t < x.rows; ++t)
      for (std::int64_t g = 0; g < x.cols; g += n) {
        const float* group = x.row(t) + g;
        const double scale = 1 / std::sqrt(dot(group, group, n) / static_cast<double>(n) + double{eps});
        for (std::int64_t i = 0; i < n; ++i) y.row(t)[g + i] = static_cast<float>(gain[i] * scale * group[i]);
      }
  }

  void layer_norm(ConstRows in, std::span<const float> gain, std::span<const float> bias, float eps,
                  Rows out) const override {
    check_layer_norm(in, gain, bias, out);
    const ConstMatrix x = on_host(in);
    const Matrix y = on_host(out);
    const auto n = static_cast<double>(x.cols);
    for (std::int64_t t = 0; t < x.rows; ++t) {
      const double mean = std::accumulate(x.row(t), x.row(t) + x.cols, 0.0) / n;
      double squares = 0;
      for (std::int64_t i = 0; i < x.cols; ++i) squares += (x.row(t)[i] - mean) * (x.row(t)[i] - mean);
      const double scale = 1 / std::sqrt(squares / n + double{eps});
      for (std::int64_t i = 0; i < x.cols; ++i)
        y.row(t)[i] = static_cast<float>(gain[i] * scale * (x.row(t)[i] - mean) + bias[i]);
    }
  }

  void rotary(Rows rows, std::int64_t d_head, std::span<const std::int32_t> positions, ConstRows cos,
              ConstRows sin) const override {
    check_rotary(rows, d_head, positions, cos, sin);
    const Matrix x = on_host(rows);
    const std::int64_t r = cos.cols;
    for (std::int64_t t = 0; t < x.rows; ++t)
      for (float* head = x.row(t); head < x.row(t) + x.cols; head += d_head)
        for (std::int64_t j = 0; j < r; ++j) {
          const double c = on_host(cos).row(positions[t])[j], s = on_host(sin).row(positions[t])[j];
          const double a = head[j], b = head[j + r];
          head[j] = static_cast<float>(a * c - b * s);
          head[j + r] = static_cast<float>(b * c + a * s);
        }
  }

  void attention(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                 ConstRows q, ConstRows k, ConstRows v, Rows z) const override {
    check_attention(shape, segments, runs, q, k, v, z);
    const std::int64_t c = shape.d_head, group = shape.n_heads / shape.n_kv_heads;
    for (const QueryRun& run : runs)
      for (std::int64_t i = 0; i < run.n_rows; ++i) {
        const auto rows = visible_rows(segments, run.segment, run.first_in_segment + i, shape.window);
        const std::int64_t t = run.first_query + i;
        for (std::int64_t h = 0; h < shape.n_heads; ++h)
          attend(on_host(q).row(t) + h * c, shape, h, rows, on_host(k.columns(h / group * c, c)),
                 on_host(v.columns(h / group * c, c)), on_host(z).row(t) + h * c);
      }
  }

  void mlp(const Mlp& mlp, const Normed& x, Rows y) const override {
    check_mlp(mlp, x, y);
    std::vector<float> gate(y.rows * mlp.in->n_out()), hidden(gate.size());
    const std::int64_t d_mlp = mlp.in->n_out();
    const Rows gates = as_rows(Matrix{gate.data(), y.rows, d_mlp, d_mlp}),
               act = as_rows(Matrix{hidden.data(), y.rows, d_mlp, d_mlp});
    if (mlp.gate) linear(*mlp.gate, mlp.gate_bias, x, gates);
    linear(*mlp.in, mlp.in_bias, x, act);
    for (std::size_t i = 0; i < hidden.size(); ++i)
      hidden[i] = static_cast<float>(mlp.gate ? gated(mlp.activation, gate[i], hidden[i])
                                              : activation(mlp.activation, hidden[i]));
    linear(*mlp.out, mlp.out_bias, act, y);
  }

  void add(Rows x, ConstRows y) const override {
    check_add(x, y);
    for (std::int64_t t = 0; t < x.rows; ++t)
      for (std::int64_t i = 0; i < x.cols; ++i) on_host(x).row(t)[i] += on_host(y).row(t)[i];
  }

  void read_labels(ConstRows rows, ConstRows directions, std::int64_t n_groups, const LabelLists& labels,
                   std::span<double> g) const override {
    check_read_labels(rows, directions, n_groups, labels, g);
    const ConstMatrix x = on_host(rows), r = on_host(directions);
    const std::int64_t n = x.cols / n_groups;
    for (std::int64_t e = 0; e < x.rows; ++e)
      for (std::int64_t i = labels.first[e]; i < labels.first[e + 1]; ++i)
        for (std::int64_t h = 0; h < n_groups; ++h)
          g[i * n_groups + h] = dot(x.row(e) + h * n, r.row(labels.rows[i]) + h * n, n);
  }

  void read_sources(const AttentionShape& shape, std::span<const Segment> segments, std::span<const QueryRun> runs,
                    ConstRows q, ConstRows k, ConstRows v, ConstRows r, const LabelLists& labels,
                    std::span<const std::span<const std::int32_t>> sources, std::int64_t n_sources,
                    std::span<double> g) const override {
    check_read_sources(shape, segments, runs, q, k, v, r, labels, sources, n_sources, g);
    const std::int64_t c = shape.d_head, group = shape.n_heads / shape.n_kv_heads;
    std::fill(g.begin(), g.end(), 0.0);
    double* out = g.data();  // [n_sources, labels of the list] of a query and a head
    for (std::int64_t e = 0; e < q.rows; ++e) {
      const auto rows = visible_rows(segments, runs[e].segment, runs[e].first_in_segment, shape.window);
      const auto seen = sources[e].last(rows.size());
      const auto list = labels.list(e);
      for (std::int64_t h = 0; h < shape.n_heads; ++h, out += n_sources * std::ssize(list)) {
        const auto weights =
            softmax_weights(on_host(q).row(e) + h * c, shape, h, rows, on_host(k.columns(h / group * c, c)));
        for (std::size_t i = 0; i < rows.size(); ++i)
          for (std::size_t y = 0; y < list.size(); ++y)
            out[seen[i] * list.size() + y] +=
                weights[i] * dot(on_host(v).row(rows[i]) + h / group * c, on_host(r).row(list[y]) + h * c, c);
      }
    }
  }

 private:
  void multiply(const Product& product, const Normed& x) const {
    const auto& [weight, bias, y] = product;
    const auto* packed = dynamic_cast<const ReferenceWeight*>(&weight);
    check_internal(packed, "linear: the weight was packed by this back end");
    const ReferenceWeight& w = *packed;
    std::vector<float> row(static_cast<std::size_t>(w.cols));
    for (std::int64_t t = 0; t < y.rows; ++t) {
      read_row({x.x.block(t, 1), x.norm}, as_rows(Matrix{row.data(), 1, w.cols, w.cols}));
      round_to(w.precision, row);
      for (std::int64_t o = 0; o < w.rows; ++o) {
        const double sum = dot(row.data(), w.values.data() + o * w.cols, w.cols);
        on_host(y).row(t)[o] = static_cast<float>(bias.empty() ? sum : sum + bias[o]);
      }
    }
  }

  void read_row(const Normed& x, Rows out) const {
    const auto& [kind, gain, bias, eps] = x.norm;
    if (gain.empty())
      copy(x.x, out);
    else if (kind == NormKind::layer)
      layer_norm(x.x, gain, bias, eps, out);
    else
      rms_norm(x.x, gain, eps, out);
  }

  Precision precision_;
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend(Precision precision) {
  return std::make_unique<ReferenceBackend>(precision);
}

}  // namespace partwise::internal
