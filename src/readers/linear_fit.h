// Scores that are linear in the learnt weights, and their fit. Every reader with such scores is fitted here.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <span>

#include "base/progress.h"
#include "readers/dual_fit.h"

namespace partwise::internal {

/// The share of the prior's variance that each term of the scores has; 0 leaves the term out.
struct TermShares {
  double shared = 0;    // w_c: one weight per component
  double by_class = 0;  // V_yc[z]: what each of a component's logits says about each label
  double by_row = 0;    // W_y: what numbers about the whole row, such as the final hidden state, say about each label
};

/// f_i[y] = offset_i[y] + sum_c w_c x_ic[y] + sum_c sum_z V_yc[z] x_ic[z] + W_y . rows_i, where V and W sum to 0 over
/// y. The x_ic[z] of each i and c sum to 0 over z.
struct LinearScores {
  TermShares shares;
  Eigen::Index n_rows = 0, n_labels = 0;
  Eigen::MatrixXd x;     // [n_rows * n_labels, n_components]
  Eigen::MatrixXd rows;  // [n_rows, any width]
};

struct LinearFit {
  DualFit dual;
  /// From dual variables to weights: w_c = shared * sum_iy a_i[y] x_ic[y], V_yc[z] = by_class * sum_i a_i[y] x_ic[z],
  /// W_y = by_row * sum_i a_i[y] rows_i.
  TermShares scale;
};

/// Up to this many scores (rows times labels), a fit writes out all their inner products. That is fast at this size.
/// The bits of a fit depend on which of the two ways it takes.
inline constexpr Eigen::Index kDenseScores = 640;

/// The one optimum of cross-entropy and ridge (dual_fit). Each term's features are scaled so that the term has, on
/// average, its share of the prior's variance.  offset [n_rows, n_labels]
LinearFit fit_linear(const LinearScores& scores, std::span<const double> offset, std::span<const std::int32_t> labels,
                     const ProgressFn& progress = {});

/// The two ways to fit, which work at any size. They find the same optimum: scores differ by 1e-9 or so.
LinearFit fit_linear_densely(const LinearScores& scores, std::span<const double> offset,
                             std::span<const std::int32_t> labels);
LinearFit fit_linear_iteratively(const LinearScores& scores, std::span<const double> offset,
                                 std::span<const std::int32_t> labels, const ProgressFn& progress = {});

}  // namespace partwise::internal
