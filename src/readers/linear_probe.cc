#include "readers/linear_probe.h"

#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "readers/balance.h"
#include "readers/state.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kLeastVariation = 1e-6;  // a block varies if it does by more than this share of its size

MatrixXd square(const MatrixXd& x) {
  MatrixXd products = MatrixXd::Zero(x.rows(), x.rows());
  products.selfadjointView<Eigen::Lower>().rankUpdate(x);
  products.triangularView<Eigen::StrictlyUpper>() = products.transpose();
  return products;
}

}  // namespace

ProbeWeights::ProbeWeights(const ProbeFit& fit, const VectorXd& mean, const MatrixXd& weights)
    : mean_(mean.begin(), mean.end()), strength_(fit.strength) {
  const RowMajor by_label = weights;
  weights_.assign(by_label.data(), by_label.data() + by_label.size());
  for (std::size_t k = 0; k < fit.losses.size(); ++k) {
    left_out_losses_.push_back(kStrengths[k]);
    left_out_losses_.push_back(fit.losses[k]);
  }
}

void ProbeWeights::add_scores(std::size_t first, std::span<const double> x, std::span<double> out) const {
  check_internal(weights_.size() == out.size() * width() && first + x.size() <= width(),
                 "a probe is used on the features that it was fitted on");
  for (std::size_t y = 0; y < out.size(); ++y) {
    const double* w = weights_.data() + y * width();
    for (std::size_t j = 0; j < x.size(); ++j) out[y] += w[first + j] * (x[j] - mean_[first + j]);
  }
}

Json ProbeWeights::save() const {
  const std::size_t n_labels = weights_.size() / mean_.size();
  Json state = {{"mean", mean_}, {"weights", matrix(weights_, n_labels)}, {"strength", {strength_}}};
  if (!left_out_losses_.empty()) state["left_out_losses"] = matrix(left_out_losses_, left_out_losses_.size() / 2);
  return state;
}

void ProbeWeights::load(const Json& state, std::int64_t n_labels) {
  mean_ = numbers(state, "mean", 0);
  weights_ = numbers(state, "weights", mean_.size() * static_cast<std::size_t>(n_labels));
  strength_ = numbers(state, "strength", 1)[0];
  left_out_losses_.clear();
  if (state.contains("left_out_losses")) left_out_losses_ = numbers(state, "left_out_losses", 0);
  if (left_out_losses_.size() % 2 != 0)
    throw Error(ErrorCode::bad_data, "'left_out_losses' is not a list of pairs of a strength and its loss");
}

BlockProbe::BlockProbe(MatrixXd x, Index block, std::span<const std::int32_t> labels, std::int64_t n_labels,
                       const ProgressFn& progress)
    : x_(std::move(x)),
      mean_(x_.colwise().mean()),
      block_(block),
      norms_(x_.cols() / block),
      labels_(labels),
      n_labels_(n_labels),
      fits_([this](const PoolRows& rows, const PoolRows& kept) { return products(rows, kept); }, labels, n_labels,
            progress) {
  for (Index b = 0; b < norms_.size(); ++b) norms_[b] = x_.middleCols(b * block, block).norm();
  x_.rowwise() -= mean_;
}

/// What the features are multiplied by: 1 / the root mean square of their block on these rows; 0 if the block does not
/// vary.  [width]
VectorXd BlockProbe::inverse_sizes(const PoolRows& kept) const {
  const Eigen::RowVectorXd mean = balanced_shares(labels_, kept, n_labels_).transpose() * x_;
  const double root_n = std::sqrt(static_cast<double>(std::ssize(kept) * block_));
  VectorXd inverse(x_.cols());
  for (Index b = 0; b < norms_.size(); ++b) {
    const auto block = Eigen::seqN(b * block_, block_);
    const double norm = (x_(kept, block).rowwise() - mean(block)).norm();
    inverse(block).setConstant(norm > kLeastVariation * norms_[b] ? root_n / norm : 0.0);
  }
  return inverse;
}

MatrixXd BlockProbe::products(const PoolRows& rows, const PoolRows& kept) const {
  return square(x_(rows, Eigen::all) * inverse_sizes(kept).asDiagonal());
}

FitReport BlockProbe::fit(ProbeWeights& weights) const {
  const ProbeFit fit = fits_.fit();
  PoolRows all(labels_.size());
  std::iota(all.begin(), all.end(), Index{0});
  const VectorXd mean = x_.transpose() * fit.shares, factors = inverse_sizes(all).cwiseAbs2();
  const MatrixXd by_label = fit.dual.transpose() * (x_.rowwise() - mean.transpose()) * factors.asDiagonal();
  weights = ProbeWeights(fit, mean + mean_.transpose(), by_label);
  return fit.report;
}

}  // namespace partwise::internal
