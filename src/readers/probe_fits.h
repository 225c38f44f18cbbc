// Logistic regression on features of a pool's rows, whatever these are: class-balanced, with a ridge whose strength is
// chosen by leaving rows out. Linear probes and bags of words are fitted here. docs/readers.md has the formulas.
#pragma once

#include <Eigen/Dense>
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/progress.h"
#include "readers/left_out.h"
#include "readers/reader.h"

namespace partwise::internal {

/// The strengths that are tried, the strongest ridge first: the mean diagonal of the kernel that a fit uses. Before any
/// label is seen, the prior variance of a label's score is strength / kRidge.
inline constexpr std::array<double, 9> kStrengths = {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100};

/// The strength if a label has a single row: a fit without it does not know the label.
inline constexpr double kUsualStrength = 1;

/// The strength for more rows than this is chosen on this many of them, so that the choice takes seconds.
inline constexpr Eigen::Index kMostLeftOut = 300;

/// The inner products of the features of `rows`, if whatever the features need to know of the pool (sizes, how rare a
/// word is) comes from the rows `kept` alone. Both are rows of the pool.  out [rows.size(), rows.size()]
using RowProducts = std::function<Eigen::MatrixXd(const PoolRows& rows, const PoolRows& kept)>;

struct ProbeFit {
  double strength = 0;
  std::vector<double> losses;  // of the rows that are left out, for each of kStrengths; empty if none could choose
  Eigen::VectorXd shares;      // what each row counts in the mean that is subtracted from all features  [n_rows]
  Eigen::MatrixXd dual;        // W = dual^T (features - mean)  [n_rows, n_labels]
  FitReport report;            // of the fit on all rows
};

/// The fits on one pool. The scores are W (x - mean), where the mean is that of the labels' means, and W minimises
///   sum_i n / (n_labels n_y(i)) CE(y_i, softmax f_i) + kRidge / (2 s) |W|^2;
/// s scales the kernel of the features, less their mean, so that its mean diagonal is the strength.
class ProbeFits {
 public:
  /// `labels` are those of the pool, in order (LabelledRows). They and `progress` must outlive the object.
  ProbeFits(RowProducts products, std::span<const std::int32_t> labels, std::int64_t n_labels,
            const ProgressFn& progress);

  /// The fit on all rows with the strength whose loss on rows that are left out is least. The strongest ridge wins
  /// ties. If a label has a single row, nothing chooses, and the strength is kUsualStrength. Errors: what `progress`
  /// throws.
  ProbeFit fit() const;

  /// Of each of the rows `asked`, which are in ascending order: what a fit without it (of more than kMostSingly rows:
  /// without its fold) says of it. Means, sizes and everything else come from the rows that are kept. Other rows: 0.
  /// [n_rows, n_labels]
  Eigen::MatrixXd left_out_scores(double strength, const PoolRows& asked) const;
  /// The same of the rows that a reader's probabilities are set by (rows_to_leave_out), which are places in the pool.
  LeftOutRows left_out(double strength) const;

 private:
  std::vector<Eigen::MatrixXd> scores_without(const PoolRows& rows, const PoolRows& asked,
                                              std::span<const double> strengths, double enough) const;
  std::vector<double> losses() const;

  RowProducts products_;
  std::span<const std::int32_t> labels_;
  Eigen::Index n_labels_;
  const ProgressFn& progress_;
};

}  // namespace partwise::internal
