// Calib+: the full model's label probabilities, rescaled label by label: f[y] = w_y p[y] with
// p = softmax(logits), fitted by full-batch gradient descent on the mean cross-entropy of softmax(f)
// (so softmax is taken twice), starting at w = 1. Chang, Thomason and Jia, arXiv 2406.13131, section 5.
#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr double kStepSize = 0.05;
constexpr int kMaxSteps = 5000;
constexpr int kCheckEvery = 100;

// f[i, y] = w_y p[i, y]
void rescale(std::span<const double> p, std::span<const double> w, std::span<double> f) {
  for (std::size_t k = 0; k < f.size(); ++k) f[k] = w[k % w.size()] * p[k];
}

class CalibPlus : public Reader {
 public:
  std::string_view kind() const override { return "calib+"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(out.size() == weights_.size(), "a reader is used on the labels it was fitted on");
    model_probabilities(parts, example, out);
    rescale(out, weights_, out);
  }

  Json save() const override { return {{"weights", weights_}}; }

  void load(const Json& state, const ReaderShape& shape) override {
    weights_ = numbers(state, "weights", static_cast<std::size_t>(shape.n_labels));
  }

 protected:
  FitReport learn(const FitInput& input) override {
    const LabelledRows& pool = input.pool;
    const std::size_t n_labels = input.parts.n_labels();
    std::vector<double> p(pool.size() * n_labels), f(p.size()), gradient(p.size());  // [n_rows, n_labels]
    for (std::size_t i = 0; i < pool.size(); ++i) {
      model_probabilities(input.parts, pool.rows[i], std::span(p).subspan(i * n_labels, n_labels));
    }
    weights_.assign(n_labels, 1.0);
    FitReport report;
    Patience patience;
    rescale(p, weights_, f);
    for (int step = 0; step < kMaxSteps; ++step) {
      if (input.progress) input.progress({kFitStage, step, kMaxSteps});
      if (step % kCheckEvery == 0 && training_accuracy(f, pool.labels) == 1.0) break;
      const double loss = cross_entropy(f, pool.labels, gradient);
      for (std::size_t k = 0; k < f.size(); ++k) weights_[k % n_labels] -= kStepSize * gradient[k] * p[k];
      ++report.updates;
      rescale(p, weights_, f);
      if (patience.spent_by(loss)) break;
    }
    return report;
  }

 private:
  std::vector<double> weights_;  // [n_labels]
};

}  // namespace

void register_calib_plus(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "calib+",
                   .title = "Calib+",
                   .summary = "the whole model's probabilities, with a learnt weight for each label",
                   .make = [] { return std::unique_ptr<Reader>(new CalibPlus); }});
}

}  // namespace partwise::internal
