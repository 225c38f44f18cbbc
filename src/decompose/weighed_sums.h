// Sums the heads of a pass as DecomposeOptions::weighed asks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/options.h"
#include "decompose/weighed_heads.h"
#include "pass/pass.h"

namespace partwise::internal {

/// At each read point, a layer's heads are read by source against the point's labels, and against the weights of their
/// outputs if it is a prompt's last position. With a_hs what head h reads from source s [n_labels], and b_hs what its
/// outputs' weights make of it [n_labels],
///   sum[s, y] = 1 / scale * sum_lh sum_z logits[l, h, y, z] a_lhs[z] / scale_l + sum_lh b_lhs[y]
/// where scale is that of the final norm, and scale_l that of the norm after the layer's attention, if it has one. If
/// labels have several tokens, a_hs[z] is the sum over read points that ReadPoint::of_labels says.
class WeighedSums {
 public:
  /// For the points `which`, in this order. `labels` are the rows, of `n_label_rows` directions, that they are read
  /// against. All references must outlive the object.
  WeighedSums(const Engine& engine, std::span<const PointOfPrompt> points, std::span<const std::int64_t> which,
              std::span<const PromptIds> prompts, const LabelLists& labels, std::int64_t n_label_rows,
              WeighedHeads& weighed);

  /// folded [n_label_rows, n_heads * d_head]: LabelDirections::folded
  void add(const LayerAtPoints& layer, ConstRows folded);
  /// At the end of the pass. Adds to WeighedHeads::sums.  scales [n_points]
  void finish(std::span<const double> scales);

 private:
  void list(std::int64_t i, std::span<const std::int32_t> labels);
  std::vector<std::int32_t> sources_seen(std::int64_t i, std::span<const PromptIds> prompts) const;
  ConstRows all_rows(std::int64_t layer, ConstRows folded);
  void add_point(std::int64_t i, std::int64_t layer, double post_scale, const double* g);
  void add_head(std::int64_t i, const double* weights, double post_scale, const double* g);
  const PointOfPrompt& point(std::int64_t i) const { return points_[which_[i]]; }

  const Backend& backend_;
  std::span<const PointOfPrompt> points_;
  std::span<const std::int64_t> which_;
  WeighedHeads& weighed_;
  std::int64_t n_heads_, n_label_rows_;
  std::vector<std::int32_t> rows_of_points_;        // what each point is read against: its labels, then its outputs
  std::vector<std::int64_t> first_;                 // where each point's rows begin  [n_points + 1]
  std::vector<std::vector<std::int32_t>> sources_;  // of each position that a point sees
  std::vector<std::int64_t> n_used_;                // of each point: one more than its last source
  OwnedRows rows_;                                  // directions and weights of outputs, of one layer
  std::vector<double> of_logits_, of_outputs_;      // not divided by the final scale  [n_points, n_sources, n_labels]
};

}  // namespace partwise::internal
