// A linear classifier of the heads' output vectors at the last position: the fourth member of the ensemble.
#pragma once

#include <span>
#include <vector>

#include "readers/reader.h"

namespace partwise::internal {

/// The outputs z of all heads for one example. Errors: bad_data if the run has none, or if the width of its heads is
/// not `d_head` (0: any width).  [n_layers * n_heads, d_head]
std::span<const float> head_outputs(const Contributions& parts, std::int64_t example, std::size_t d_head);

/// The outputs z of one head for `rows`, as doubles. `head` is layer * n_heads + head.  [n_rows, d_head]
std::vector<double> head_outputs(const Contributions& parts, const LabelledRows& rows, std::size_t head);

double length(std::span<const double> x);
/// Cosine of two vectors with the given lengths; 0 if one length is 0.
double cosine(std::span<const double> a, double length_a, std::span<const double> b, double length_b);

/// f[y] = sum_h W_yh . (z_h - its balanced mean), fitted as in readers/linear_fit.h without an offset. Heads that tell
/// the labels apart reliably on the pool get more of the prior: each head's vectors are divided by their size (rms_h +
/// 0.1 median rms) and scaled by sqrt(t_h), where
///   t_h = max(0, mean_i m_ih / (sd_i m_ih + 0.1 median_h sd_i m_ih))^4.
/// m_ih is the cosine of row i's vector to its label's mean, minus its mean cosine to all labels' means. Row i itself
/// is left out of its label's mean. Heads with t_h = 0 are left out.
class HeadVectors {
 public:
  /// Errors: bad_data if a label has fewer than two rows.
  FitReport fit(const FitInput& input);
  /// out [n_labels]
  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const;
  /// Adds each head's scores, times `factor`, to its row of `out`.  out [n_components, n_labels] or more rows
  void add_split(const Contributions& parts, std::int64_t example, double factor, std::span<double> out) const;

  Json save() const;
  void load(const Json& state, const ReaderShape& shape);

 private:
  struct Head {
    std::int64_t index = 0;       // layer * n_heads + head
    std::vector<double> mean;     // [d_head]
    std::vector<double> weights;  // [n_labels, d_head]
  };
  void add_scores(const Head& head, std::span<const float> z, double factor, std::span<double> out) const;

  ReaderShape shape_;
  std::vector<Head> heads_;
};

}  // namespace partwise::internal
