// The inner products of the features of linear scores. They are multiplied by, but never written out.
#pragma once

#include <Eigen/Dense>
#include <cstdint>

#include "base/progress.h"
#include "readers/linear_fit.h"
#include "readers/reader.h"

namespace partwise::internal {

/// Units of a fit's progress: all of them, and those for making the kernel, which comes before the steps.
inline constexpr std::int64_t kFitUnits = 1000, kPreparation = 200;

/// The gram of readers/dual_fit.h, kept as the pieces that it is made of:
///   gram = shared X X^T + K (x) (I - 1 1^T / n_labels),
///   K = by_class sum_cz x_c[z] x_c[z]^T + by_row R R^T  [n_rows, n_rows]
/// K is kept as its features if they are fewer than the rows, else as a matrix. So memory is that of the features, or
/// quadratic in the number of rows alone. With two labels, the first term has the form of the second and goes into K.
class ScoreKernel {
 public:
  /// `scores` must outlive the object.
  explicit ScoreKernel(const LinearScores& scores, const ProgressFn& progress = {});
  /// The second term alone, with K given.
  ScoreKernel(Eigen::MatrixXd k, Eigen::Index n_labels);

  /// gram v.  v [n_rows * n_labels]
  Eigen::VectorXd times(const Eigen::VectorXd& v) const;
  const TermShares& scales() const { return scales_; }
  Eigen::Index n_rows() const { return n_rows_; }
  Eigen::Index n_labels() const { return n_labels_; }

  /// A matrix B with few columns, such that B B^T is near K. If K is kept as at most `max_rank` features, B is these.
  /// Otherwise B is a pivoted Cholesky decomposition: each column is for the row that the columns before it explain
  /// least.  [n_rows, at most max_rank]
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
  const Eigen::MatrixXd* x_ = nullptr;  // X of the first term; null if there is no such term, or if it is in K
  Eigen::MatrixXd features_;            // K = features features^T  [n_rows, fewer than n_rows]
  Eigen::Index all_features_ = 0;       // how many features K has
  Eigen::Index n_features_ = 0;         // how many of them have been added so far
  Eigen::MatrixXd products_;            // K  [n_rows, n_rows]; empty if features_ holds it
};

}  // namespace partwise::internal
