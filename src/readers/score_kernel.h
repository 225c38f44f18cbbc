// The inner products of what linear scores are made of, as a product and never written out.
#pragma once

#include <Eigen/Dense>
#include <cstdint>

#include "base/progress.h"
#include "readers/linear_fit.h"
#include "readers/reader.h"

namespace partwise {

/// How far a fit is, in parts of the whole: first the kernel is made, then the steps are.
inline constexpr std::int64_t kFitUnits = 1000, kPreparation = 200;

/// gram = shared X X^T + K (x) (I - 1 1^T / n_labels), where K = by_class sum_cz x_c[z] x_c[z]^T + by_row R R^T over
/// rows: the gram of readers/dual_fit.h in the pieces that it is made of. K is kept as its features where those are
/// fewer than the rows, else as a matrix, so that memory is that of the features, or quadratic in the rows alone. With
/// two labels the first term is of the second one's form and goes into K.
class ScoreKernel {
 public:
  /// `scores` must outlive it.
  explicit ScoreKernel(const LinearScores& scores, const ProgressFn& progress = {});

  /// gram v.  v [n_rows * n_labels]
  Eigen::VectorXd times(const Eigen::VectorXd& v) const;
  const TermShares& scales() const { return scales_; }
  Eigen::Index n_rows() const { return n_rows_; }
  Eigen::Index n_labels() const { return n_labels_; }

  /// B with few columns and B B^T near K: K itself where it has few, else what the rows say that are told least by
  /// those chosen before them (a pivoted Cholesky decomposition).  [n_rows, at most max_rank]
  Eigen::MatrixXd factor(Eigen::Index max_rank) const;

 private:
  void add_parts(const LinearScores& scores, double scale, const ProgressFn& progress);
  void add_rows(const Eigen::MatrixXd& rows, double scale, const ProgressFn& progress);
  void tell(const ProgressFn& progress) const;
  void add_features(const Eigen::MatrixXd& features, double scale);
  Eigen::VectorXd column(Eigen::Index j) const;
  Eigen::VectorXd diagonal() const;

  Eigen::Index n_rows_, n_labels_;
  TermShares scales_;
  const Eigen::MatrixXd* x_ = nullptr;  // of the first term; null where there is none, or where it is in K
  Eigen::MatrixXd features_;            // K = features features^T  [n_rows, fewer]
  Eigen::Index all_features_ = 0;       // of K
  Eigen::Index n_features_ = 0;         // of them that are in it
  Eigen::MatrixXd products_;            // K  [n_rows, n_rows], where there are no features
};

}  // namespace partwise
