// CompRW: component reweighting. f = sum_c clip(w_c, 0, 1) g_c, fitted by full-batch gradient
// descent on mean cross-entropy + 1e-2 ||w||_1, starting at w = 1. Chang, Thomason and Jia,
// arXiv 2406.13131, section 5. Embedding and biases are left out, as in the paper.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/json.h"
#include "readers/add_rows.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr double kStepSize = 0.05;
constexpr double kL1 = 1e-2;
constexpr int kMaxSteps = 2000;
constexpr int kCheckEvery = 100;

// out = x M, M [x.size(), out.size()]. Rows with weight 0 are skipped: at the end of a long fit there are many.
void row_times_matrix(std::span<const double> x, std::span<const float> matrix, std::span<double> out) {
  std::vector<double> weights;
  std::vector<const float*> rows;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == 0) continue;
    weights.push_back(x[i]);
    rows.push_back(matrix.data() + i * out.size());
  }
  std::fill(out.begin(), out.end(), 0.0);
  add_rows(weights, rows, out);
}

// The pool's contributions in both orders, so that scores and gradients are the same kind of product. They stay in
// single precision: this holds them exactly, and fits into a core's cache for a 7B model.
struct PoolMatrix {
  std::vector<float> by_component;  // [n_components, n_rows * n_labels]
  std::vector<float> by_score;      // [n_rows * n_labels, n_components]

  PoolMatrix(const Contributions& parts, std::span<const std::int64_t> rows) {
    const std::size_t n_components = parts.n_components(), n_labels = parts.n_labels();
    const std::size_t n_scores = rows.size() * n_labels;
    by_component.resize(n_components * n_scores);
    by_score.resize(n_components * n_scores);
    for (std::size_t c = 0; c < n_components; ++c) {
      for (std::size_t k = 0; k < n_scores; ++k) {
        const float g = component_logits(parts, rows[k / n_labels], c)[k % n_labels];
        by_component[c * n_scores + k] = by_score[k * n_components + c] = g;
      }
    }
  }
};

std::vector<double> clipped(const std::vector<double>& w) {
  std::vector<double> c(w.size());
  std::transform(w.begin(), w.end(), c.begin(), [](double v) { return std::clamp(v, 0.0, 1.0); });
  return c;
}

// w -= step * d(objective)/dw. The clip lets the loss's gradient through on [0, 1], both ends
// included (w starts at one of them). The penalty is on the unclipped weight.
void update(std::vector<double>& w, std::span<const double> loss_gradient) {
  for (std::size_t c = 0; c < w.size(); ++c) {
    const double through_clip = w[c] >= 0 && w[c] <= 1 ? loss_gradient[c] : 0.0;
    const double sign = static_cast<double>(w[c] > 0) - static_cast<double>(w[c] < 0);
    w[c] -= kStepSize * (through_clip + kL1 * sign);
  }
}

class CompRW : public Reader {
 public:
  std::string_view kind() const override { return "comprw"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t c = 0; c < weights_.size(); ++c) {
      const float* g = component_logits(parts, example, c);
      for (std::size_t y = 0; y < out.size(); ++y) out[y] += weights_[c] * g[y];
    }
  }

  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t k = 0; k < weights_.size() * shape_.n_labels; ++k) {
      const std::size_t c = k / shape_.n_labels, y = k % shape_.n_labels;
      out[k] = weights_[c] * component_logits(parts, example, c)[y];
    }
  }

  Json save() const override { return {{"weights", by_component(weights_, shape_)}}; }

  void load(const Json& state, const ReaderShape& shape) override {
    weights_ = by_component(state, "weights", shape, 1);
    shape_ = shape;
    const auto odd = std::find_if(weights_.begin(), weights_.end(), [](double w) { return !(w >= 0 && w <= 1); });
    if (odd == weights_.end()) return;
    const Component component = component_at(odd - weights_.begin(), shape.n_layers, shape.n_heads);
    throw Error(ErrorCode::bad_data,
                "the weight of " + component_name(component) + " is not from 0 to 1: " + std::to_string(*odd));
  }

 protected:
  FitReport learn(const FitInput& input) override {
    const LabelledRows& pool = input.pool;
    shape_ = reader_shape(input.parts);
    const PoolMatrix g(input.parts, pool.rows);
    std::vector<double> w(static_cast<std::size_t>(shape_.n_components()), 1.0), w_gradient(w.size());
    std::vector<double> f(pool.size() * shape_.n_labels), f_gradient(f.size());  // [n_rows, n_labels]

    FitReport report;
    Patience patience;
    row_times_matrix(w, g.by_component, f);
    for (int step = 0; step < kMaxSteps; ++step) {
      if (input.progress) input.progress({kFitStage, step, kMaxSteps});
      const double loss = cross_entropy(f, pool.labels, f_gradient);
      row_times_matrix(f_gradient, g.by_score, w_gradient);
      update(w, w_gradient);
      ++report.updates;
      row_times_matrix(clipped(w), g.by_component, f);
      if (step % kCheckEvery == 0 && training_accuracy(f, pool.labels) == 1.0) break;
      if (patience.spent_by(loss)) break;
    }
    weights_ = clipped(w);
    return report;
  }

 private:
  ReaderShape shape_;
  std::vector<double> weights_;  // [n_components], clipped
};

}  // namespace

void register_comprw(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "comprw",
                   .title = "CompRW",
                   .summary = "all components, each with a learnt weight from 0 to 1",
                   .make = [] { return std::unique_ptr<Reader>(new CompRW); },
                   .splits = true});
}

}  // namespace partwise::internal
