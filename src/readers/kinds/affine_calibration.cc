// Supervised affine calibration: f[y] = alpha l[y] + beta_y, fitted on the pool's labels; l are the full model's label
// logits minus their mean. The form is that of Estienne, Ferrer, Vera and Piantanida, arXiv 2307.06713 (Platt scaling
// for many classes). The ridge is ours; it is needed since a pool of two dozen rows is often separable. alpha - 1 and
// beta are terms of the convex fit of readers/linear_fit.h, each with the same share of the prior.
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/json.h"
#include "readers/balance.h"
#include "readers/linear_fit.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

std::vector<double> logits_less_mean(const Contributions& parts, std::int64_t example) {
  return centred(&parts.logits(example, 0), std::vector<double>(static_cast<std::size_t>(parts.n_labels())));
}

class AffineCalibration : public Reader {
 public:
  std::string_view kind() const override { return "affine-calibration"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(out.size() == beta_.size(), "a reader is used on the labels it was fitted on");
    const std::vector<double> l = logits_less_mean(parts, example);
    for (std::size_t y = 0; y < out.size(); ++y) out[y] = alpha_ * l[y] + beta_[y];
  }

  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    split_with_rest_outside(*this, parts, example, out, alpha_);
  }

  Json save() const override { return {{"alpha", {alpha_}}, {"beta", beta_}}; }

  void load(const Json& state, const ReaderShape& shape) override {
    alpha_ = numbers(state, "alpha", 1)[0];
    beta_ = numbers(state, "beta", static_cast<std::size_t>(shape.n_labels));
  }

 protected:
  FitReport learn(const FitInput& input) override {
    const std::size_t n_labels = input.parts.n_labels(), n_rows = input.pool.size();
    std::vector<double> l;  // [n_rows, n_labels]
    for (std::int64_t row : input.pool.rows) {
      const std::vector<double> own = logits_less_mean(input.parts, row);
      l.insert(l.end(), own.begin(), own.end());
    }
    const LinearScores scores{{.shared = 1, .by_row = 1},
                              static_cast<Index>(n_rows),
                              static_cast<Index>(n_labels),
                              Eigen::Map<const MatrixXd>(l.data(), std::ssize(l), 1),
                              MatrixXd::Ones(n_rows, 1)};
    const LinearFit fit = fit_linear(scores, l, input.pool.labels, input.progress);
    const std::vector<double>& a = fit.dual.a;
    alpha_ = 1 + fit.scale.shared * std::inner_product(l.begin(), l.end(), a.begin(), 0.0);
    beta_.assign(n_labels, 0.0);
    for (std::size_t k = 0; k < a.size(); ++k) beta_[k % n_labels] += fit.scale.by_row * a[k];
    return {.updates = fit.dual.steps, .objective = fit.dual.objective};
  }

 private:
  double alpha_ = 1;
  std::vector<double> beta_;  // [n_labels]
};

}  // namespace

void register_affine_calibration(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "affine-calibration",
                   .title = "Affine calibration",
                   .summary = "the model's logits, scaled and shifted for each label",
                   .make = [] { return std::unique_ptr<Reader>(new AffineCalibration); },
                   .splits = true,
                   .is_calibrated = true});
}

}  // namespace partwise::internal
