// Class-balanced, convex reweighting of the parts. The readers reweight, reweight-shared, reweight-hidden,
// random-labels and three members of the ensemble are such weights. docs/readers.md has the formulas.
#pragma once

#include <span>
#include <vector>

#include "base/json.h"
#include "readers/linear_fit.h"
#include "readers/reader.h"

namespace partwise::internal {

/// g and l are taken minus their mean over labels; mu_c and b are their balanced means over the pool. With
/// x_c[y] = g_c[y] - mu_c[y],
///   f[y] = (l[y] - b[y]) + sum_c w_c x_c[y] + sum_c sum_z V_yc[z] x_c[z] + W_y . (h - its balanced mean)
/// w and V are stored divided by s_c, so that parts are multiplied without scaling.
class PartWeights {
 public:
  explicit PartWeights(const TermShares& shares) : shares_(shares) {}

  FitReport fit(const FitInput& input);
  /// out [n_labels]
  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const;
  /// As Reader::scores_of. The class weights are read once for all examples.
  void scores_of(const Contributions& parts, std::span<const std::int64_t> examples, std::span<double> out) const;
  /// As Reader::split_scores.  out [n_components + 1, n_labels]
  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const;
  std::vector<Leaning> leanings() const;

  /// l[y] - b[y], which is a part of the scores.  [n_labels]
  std::vector<double> offset(const Contributions& parts, std::int64_t example) const;
  /// Adds the split of the offset, times `factor`: each component adds its own x_c, and the rest comes from outside.
  /// out [n_components + 1, n_labels]
  void add_offset_split(const Contributions& parts, std::int64_t example, double factor, std::span<double> out) const;

  Json save() const;
  void load(const Json& state, const ReaderShape& shape);

 private:
  void measure(const FitInput& input);
  LinearScores linear_scores(const FitInput& input, std::span<const double> inverse_scale) const;
  void set_weights(const LinearScores& pool, const LinearFit& fit, std::span<const double> inverse_scale);
  std::vector<double> centred_part(const Contributions& parts, std::int64_t example, std::int64_t c) const;
  Leaning strongest_leaning(std::int64_t c) const;
  std::vector<double> class_weights_by_source(std::int64_t c) const;
  void add_weighed(std::int64_t c, std::span<const double> by_source, std::span<const double> x,
                   std::span<double> out) const;
  void add_hidden(const Contributions& parts, std::int64_t example, std::span<double> out) const;
  double own_weight(std::int64_t c, std::int64_t y) const;

  TermShares shares_;
  ReaderShape shape_;
  std::vector<double> means_;           // mu  [n_components, n_labels]
  std::vector<double> sizes_;           // r, root mean square of x on the pool  [n_components]
  std::vector<double> offset_;          // b  [n_labels]
  std::vector<double> weights_;         // w / s  [n_components]; as all below, empty if the term is left out
  std::vector<double> class_weights_;   // V / s  [n_components, n_labels (y), n_labels (z)]
  std::vector<double> hidden_mean_;     // [d_model]
  std::vector<double> hidden_weights_;  // W  [n_labels, d_model]
};

/// 1 / s_c with s_c = (r_c + 0.1 median r)^0.75, for parts of these sizes r; 0 if s_c is 0.
std::vector<double> inverse_scales(const std::vector<double>& sizes);

/// PartWeights as a reader.
class PartWeightsReader : public Reader {
 public:
  PartWeightsReader(std::string_view kind, const TermShares& shares) : kind_(kind), shares_(shares), weights_(shares) {}

  std::string_view kind() const override { return kind_; }
  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    weights_.scores(parts, example, out);
  }
  void scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                 std::span<double> out) const override {
    weights_.scores_of(parts, examples, out);
  }
  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    weights_.split_scores(parts, example, out);
  }
  std::vector<Leaning> leanings() const override { return weights_.leanings(); }
  Json save() const override { return weights_.save(); }
  void load(const Json& state, const ReaderShape& shape) override { weights_.load(state, shape); }

 protected:
  FitReport learn(const FitInput& input) override { return weights_.fit(input); }
  LeftOutRows left_out(const FitInput& input) const override;

 private:
  std::string_view kind_;
  TermShares shares_;
  PartWeights weights_;
};

/// The final hidden state of one example. Errors: bad_data if the run has none, or if its width is not `d_model` (0:
/// any width).  [d_model]
std::span<const float> hidden_of(const Contributions& parts, std::int64_t example, std::size_t d_model);

}  // namespace partwise::internal
