#include "readers/score_kernel.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Index kBlock = 256;  // features that are added to K at a time

/// The scale with which the mean of the diagonal is `share`; 0 if `share` or `trace` is 0.
double scale_of(double share, double trace, Index n_scores) {
  return share > 0 && trace > 0 ? share * static_cast<double>(n_scores) / trace : 0.0;
}

/// One part's x, which sums to 0 over labels, in n_labels - 1 numbers per row: its coordinates in an orthonormal basis
/// of such vectors (Helmert's). Inner products do not change.  x [n_rows, n_labels]; out [n_rows, n_labels - 1]
MatrixXd contrasts(const Eigen::Map<const RowMajor>& x) {
  MatrixXd out(x.rows(), x.cols() - 1);
  VectorXd sum = VectorXd::Zero(x.rows());
  for (Index k = 1; k < x.cols(); ++k) {
    sum += x.col(k - 1);
    const auto n = static_cast<double>(k);
    out.col(k - 1) = (sum - n * x.col(k)) / std::sqrt(n * (n + 1));
  }
  return out;
}

}  // namespace

ScoreKernel::ScoreKernel(const LinearScores& scores, const ProgressFn& progress)
    : n_rows_(scores.n_rows), n_labels_(scores.n_labels) {
  const TermShares& shares = scores.shares;
  const Index n_scores = n_rows_ * n_labels_;
  const double of_x = scores.x.squaredNorm();
  const auto n_contrasts = static_cast<double>(n_labels_ - 1);  // the trace of I - 1 1^T / n_labels
  scales_.shared = scale_of(shares.shared, of_x, n_scores);
  scales_.by_class = scale_of(shares.by_class, of_x * n_contrasts, n_scores);
  scales_.by_row = scale_of(shares.by_row, scores.rows.squaredNorm() * n_contrasts, n_scores);
  const bool shared_is_by_class = n_labels_ == 2;
  if (scales_.shared > 0 && !shared_is_by_class) x_ = &scores.x;
  const double of_parts = scales_.by_class + (shared_is_by_class ? scales_.shared : 0.0);
  all_features_ =
      (of_parts > 0 ? scores.x.cols() * (n_labels_ - 1) : 0) + (scales_.by_row > 0 ? scores.rows.cols() : 0);
  if (all_features_ < n_rows_) features_.resize(n_rows_, all_features_);
  if (all_features_ >= n_rows_) products_.setZero(n_rows_, n_rows_);
  if (of_parts > 0) add_parts(scores, of_parts, progress);
  if (scales_.by_row > 0) add_rows(scores.rows, scales_.by_row, progress);
  products_.triangularView<Eigen::StrictlyUpper>() = products_.transpose();
}

ScoreKernel::ScoreKernel(MatrixXd k, Index n_labels)
    : n_rows_(k.rows()), n_labels_(n_labels), products_(std::move(k)) {}

void ScoreKernel::add_parts(const LinearScores& scores, double scale, const ProgressFn& progress) {
  const Index width = n_labels_ - 1, n_parts = scores.x.cols();
  const Index at_once = std::clamp<Index>(kBlock / width, 1, n_parts);
  MatrixXd block(n_rows_, at_once * width);
  for (Index c = 0; c < n_parts; c += at_once) {
    tell(progress);
    const Index n = std::min(at_once, n_parts - c);
    for (Index k = 0; k < n; ++k)
      block.middleCols(k * width, width) =
          contrasts(Eigen::Map<const RowMajor>(scores.x.col(c + k).data(), n_rows_, n_labels_));
    add_features(block.leftCols(n * width), scale);
  }
}

void ScoreKernel::add_rows(const MatrixXd& rows, double scale, const ProgressFn& progress) {
  for (Index j = 0; j < rows.cols(); j += kBlock) {
    tell(progress);
    add_features(rows.middleCols(j, std::min(kBlock, rows.cols() - j)), scale);
  }
}

void ScoreKernel::tell(const ProgressFn& progress) const {
  if (progress) progress({kFitStage, kPreparation * n_features_ / all_features_, kFitUnits});
}

void ScoreKernel::add_features(const MatrixXd& features, double scale) {
  if (features_.cols() == 0) {
    products_.selfadjointView<Eigen::Lower>().rankUpdate(features, scale);
  } else {
    features_.middleCols(n_features_, features.cols()) = std::sqrt(scale) * features;
  }
  n_features_ += features.cols();
}

VectorXd ScoreKernel::times(const VectorXd& v) const {
  MatrixXd by_row = Eigen::Map<const MatrixXd>(v.data(), n_labels_, n_rows_);
  MatrixXd out = MatrixXd::Zero(n_labels_, n_rows_);
  if (features_.cols() > 0) {
    const MatrixXd along = by_row * features_;
    out.noalias() = along * features_.transpose();
  } else if (products_.size() > 0) {
    out.noalias() = by_row * products_;
  }
  out.rowwise() -= out.colwise().mean().eval();
  VectorXd all = Eigen::Map<const VectorXd>(out.data(), v.size());
  if (x_) {
    const VectorXd along = scales_.shared * (x_->transpose() * v);
    all.noalias() += *x_ * along;
  }
  return all;
}

VectorXd ScoreKernel::column(Index j) const {
  if (features_.cols() > 0) return features_ * features_.row(j).transpose();
  return products_.col(j);
}

VectorXd ScoreKernel::diagonal() const {
  if (features_.cols() > 0) return features_.rowwise().squaredNorm();
  return products_.diagonal();
}

MatrixXd ScoreKernel::factor(Index max_rank) const {
  if (products_.size() == 0 && features_.cols() <= max_rank) return features_;
  VectorXd left = diagonal();
  const double nothing = 1e-3 * left.mean();
  MatrixXd b(n_rows_, std::min(max_rank, n_rows_));
  for (Index r = 0; r < b.cols(); ++r) {
    Index pivot = 0;
    if (!(left.maxCoeff(&pivot) > nothing)) return b.leftCols(r);
    b.col(r) = (column(pivot) - b.leftCols(r) * b.row(pivot).head(r).transpose()) / std::sqrt(left[pivot]);
    left -= b.col(r).cwiseAbs2();
    left[pivot] = 0;
  }
  return b;
}

}  // namespace partwise::internal
