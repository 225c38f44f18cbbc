// A linear classifier of the heads' output vectors at the last position: a member of ensemble and committee.
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

/// How heads are trusted. docs/readers.md has both forms.
struct HeadOptions {
  double noise_floor = 0;  // in units of 1 / sqrt(n_rows): what trust may come from luck
  double offset = 0;       // this share of l - b is the offset of the fit
};

struct MeanAndDeviation {
  double mean = 0, deviation = 0;  // of a population (n in the denominator)
};
MeanAndDeviation mean_and_deviation(const std::vector<double>& x);

/// One head's vectors on the pool.
struct HeadStatistics {
  double size = 0;  // rms_h, of the vectors minus their balanced mean
  /// m_ih over rows. Vectors are not centred for this: the balanced mean would include the row that is left out.
  MeanAndDeviation margin;
};

/// t_h = max(0, mean_i m_ih / (sd_i m_ih + 0.1 median_h sd_i m_ih)) for each head.
std::vector<double> head_trusts(const std::vector<HeadStatistics>& heads);
/// a_h^2 / (rms_h + 0.1 median rms) for each head, where a_h = max(0, t_h - noise_floor / sqrt(n_rows)). If no head has
/// an a_h above 0, all have 1.
std::vector<double> head_scales(const std::vector<HeadStatistics>& heads, std::size_t n_rows,
                                const HeadOptions& options);

/// l minus its mean over labels, for each row of the pool.  [n_rows, n_labels]
std::vector<double> centred_logits_of(const FitInput& input);

/// f[y] = offset (l[y] - b[y]) + sum_h W_yh . (z_h - its balanced mean), fitted as in readers/linear_fit.h. Heads that
/// tell the labels apart reliably on the pool get more of the prior: each head's vectors are multiplied by its
/// head_scales. m_ih is the cosine of row i's vector to its label's mean, minus its mean cosine to all labels' means.
/// Row i itself is left out of its label's mean. Heads with a_h = 0 are left out. `scores` do not have the offset: the
/// caller adds it.
class HeadVectors {
 public:
  explicit HeadVectors(const HeadOptions& options = {}) : options_(options) {}

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

  HeadOptions options_;
  ReaderShape shape_;
  std::vector<Head> heads_;
};

}  // namespace partwise::internal
