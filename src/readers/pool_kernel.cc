#include "readers/pool_kernel.h"

#include <algorithm>

#include "readers/by_class_fit.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Indices of the scores of `rows`, n_labels for each row.
PoolRows score_indices(const PoolRows& rows, Index n_labels) {
  PoolRows all;
  for (Index i : rows)
    for (Index y = 0; y < n_labels; ++y) all.push_back(i * n_labels + y);
  return all;
}

/// One pool, with kernels for some of its rows.
class PoolFit {
 public:
  PoolFit(const Kernels& kernels, std::span<const std::int32_t> labels, std::int64_t n_labels)
      : kernels_(kernels), labels_(labels), n_labels_(n_labels) {}

  /// start [n_rows, n_labels] of the whole pool, or empty
  DualFit fit_on(const PoolRows& kept, std::span<const double> start) const {
    std::vector<std::int32_t> labels;
    for (Index i : kept) labels.push_back(labels_[i]);
    const std::vector<double> offset = scores(kernels_.offset, kept), first = scores(start, kept);
    if (kernels_.by_score.size() == 0) return by_class_fit(kernels_.by_row(kept, kept), offset, labels, {}, first);
    return dual_fit(gram(kept, kept), offset, labels, first);
  }

  /// The scores of `rows` by a fit on `kept`, into their places in `out`.  a [kept.size(), n_labels]
  void add_scores(const PoolRows& rows, const PoolRows& kept, const std::vector<double>& a,
                  std::span<double> out) const {
    const VectorXd f = gram(rows, kept) * Eigen::Map<const VectorXd>(a.data(), std::ssize(a));
    const PoolRows places = score_indices(rows, n_labels_);
    for (Index k = 0; k < f.size(); ++k) out[places[k]] = kernels_.offset[places[k]] + f[k];
  }

 private:
  std::vector<double> scores(std::span<const double> values, const PoolRows& rows) const {
    std::vector<double> out;
    if (values.empty()) return out;
    for (Index k : score_indices(rows, n_labels_)) out.push_back(values[k]);
    return out;
  }

  /// [rows.size() * n_labels, columns.size() * n_labels]
  MatrixXd gram(const PoolRows& rows, const PoolRows& columns) const {
    const PoolRows to = score_indices(rows, n_labels_), from = score_indices(columns, n_labels_);
    MatrixXd gram = MatrixXd::Zero(std::ssize(to), std::ssize(from));
    if (kernels_.by_score.size() > 0) gram = kernels_.by_score(to, from);
    if (kernels_.by_row.size() == 0) return gram;
    const double off = -1.0 / static_cast<double>(n_labels_);
    for (Index i = 0; i < gram.rows(); ++i)
      for (Index j = 0; j < gram.cols(); ++j)
        gram(i, j) += kernels_.by_row(to[i] / n_labels_, from[j] / n_labels_) *
                      (off + (to[i] % n_labels_ == from[j] % n_labels_ ? 1.0 : 0.0));
    return gram;
  }

  const Kernels& kernels_;
  std::span<const std::int32_t> labels_;
  Index n_labels_;
};

}  // namespace

std::vector<double> left_out_scores(const PoolKernel& kernel, std::span<const std::int32_t> labels,
                                    const std::vector<PoolRows>& parts_out, std::int64_t n_labels,
                                    const ProgressFn& progress) {
  std::vector<double> scores(labels.size() * static_cast<std::size_t>(n_labels));
  const PoolRows all = other_rows(std::ssize(labels), {});
  const std::vector<double> start = PoolFit(kernel.on(all), labels, n_labels).fit_on(all, {}).a;
  for (const PoolRows& left_out : parts_out) {
    if (progress) progress({kFitStage, 0, 1});  // so that it can be stopped
    const PoolRows kept = other_rows(std::ssize(labels), left_out);
    const Kernels kernels = kernel.on(kept);
    const PoolFit fit(kernels, labels, n_labels);
    fit.add_scores(left_out, kept, fit.fit_on(kept, start).a, scores);
  }
  return scores;
}

MatrixXd centred_gram(const MatrixXd& gram, const VectorXd& weights) {
  const VectorXd along = gram * weights;
  const double middle = weights.dot(along);
  MatrixXd centred = gram;
  centred.colwise() -= along;
  centred.rowwise() -= along.transpose();
  centred.array() += middle;
  return centred;
}

void scale_by_row(MatrixXd& gram, const PoolRows& kept, std::int64_t n_labels, double share) {
  double size = 0;
  for (Index i : kept) size += gram(i, i);
  size *= (1 - 1 / static_cast<double>(n_labels)) / static_cast<double>(kept.size());
  gram *= size > 0 ? share / size : 0.0;
}

}  // namespace partwise::internal
