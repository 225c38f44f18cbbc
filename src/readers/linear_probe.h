// Linear probes: class-balanced logistic regression on numbers about a row (Alain and Bengio, arXiv 1610.01644).
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "readers/probe_fits.h"
#include "readers/reader.h"

namespace partwise::internal {

/// f[y] = W_y . (x - mean), with how the strength of its ridge was chosen.
class ProbeWeights {
 public:
  ProbeWeights() = default;
  /// mean [width]; weights [n_labels, width]
  ProbeWeights(const ProbeFit& fit, const Eigen::VectorXd& mean, const Eigen::MatrixXd& weights);

  /// Adds what the features [first, first + x.size()) add to the scores. `x` holds these alone.  out [n_labels]
  void add_scores(std::size_t first, std::span<const double> x, std::span<double> out) const;

  std::size_t width() const { return mean_.size(); }
  double strength() const { return strength_; }

  /// `mean`, `weights`, `strength`, and `left_out_losses`: pairs of a strength and its loss.
  Json save() const;
  /// Errors: bad_data, naming the field.
  void load(const Json& state, std::int64_t n_labels);

 private:
  std::vector<double> mean_;     // [width]
  std::vector<double> weights_;  // [n_labels, width]
  double strength_ = 0;
  std::vector<double> left_out_losses_;  // [any number, 2]
};

/// The fits on features that come in blocks of the same width. Each block is divided by its root mean square on the
/// rows that a fit keeps, taken of its features less their balanced mean. A block that says the same of all rows, but
/// for rounding, is left out.
class BlockProbe {
 public:
  /// x [n_rows, n_blocks * block]; labels and `progress` as in ProbeFits
  BlockProbe(Eigen::MatrixXd x, Eigen::Index block, std::span<const std::int32_t> labels, std::int64_t n_labels,
             const ProgressFn& progress);
  BlockProbe(const BlockProbe&) = delete;
  BlockProbe& operator=(const BlockProbe&) = delete;

  /// `weights` gets weights for x as it was given. Errors: what `progress` throws.
  FitReport fit(ProbeWeights& weights) const;
  /// ProbeFits::left_out
  LeftOutRows left_out(double strength) const { return fits_.left_out(strength); }

 private:
  Eigen::MatrixXd products(const PoolRows& rows, const PoolRows& kept) const;
  Eigen::VectorXd inverse_sizes(const PoolRows& kept) const;

  Eigen::MatrixXd x_;        // less the mean of all rows, so that little is lost to rounding  [n_rows, width]
  Eigen::RowVectorXd mean_;  // that mean  [width]
  Eigen::Index block_;
  Eigen::VectorXd norms_;  // of each block before the mean is subtracted  [n_blocks]
  std::span<const std::int32_t> labels_;
  std::int64_t n_labels_;
  ProbeFits fits_;
};

}  // namespace partwise::internal
