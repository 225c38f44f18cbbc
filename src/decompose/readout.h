// Reads every part of the model at read points against their label words.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "decompose/label_directions.h"
#include "decompose/options.h"
#include "decompose/points.h"
#include "decompose/weighed_sums.h"
#include "pass/pass.h"

namespace partwise::internal {

/// Turns what a pass shows at a group's read points into contributions (docs/maths.md):
///   direction[y]   = gain * U_y                       the final norm folded into the unembedding; LayerNorm: centred
///   embed[y]       = direction[y] . embed / scale; pos_embed[y]: the same of the learned position in it
///   heads[l, h, y] = (W_O,lhᵀ d_l[y]) . z_lh / scale  W_O folded in: no head output of width d_model is formed
///   mlps[l, y]     = direction[y] . mlp_out_l / scale   mlp_out_l is taken after its norm, if it has one
///   experts[l, e, y] = weight_le (direction[y] . out_le) / scale
///   bias[y]        = sum_l d_l[y] . b_O,l / scale + beta . U_y
/// where scale = rms or sd of the final residual, eps included, which is known only at the end, and d_l = direction, or
/// ln1_post_l.gain * direction / ln1_post_l.scale if attention's output is normed before it is added.
/// If `out` has room for hidden and z, they are copied in the form in which the model multiplies them: the final norm's
/// output by U, z by W_O.
class Readout : public PassObserver {
 public:
  /// Writes the points `which` of `out` at the end of the pass, which reads them in this order. All references must
  /// outlive the object.
  Readout(const Engine& engine, std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points,
          std::span<const std::int64_t> which, const DecomposeOptions& options, PointParts& out);

  bool wants_attention() const override { return splits_heads() || weighed_; }
  bool wants_experts() const override { return !out_.flat.experts.empty(); }
  void on_embed(ConstRows embed) override;
  void on_layer(const LayerAtPoints& layer) override;
  void on_expert(const ExpertAtPoints& expert) override;
  void on_final_residual(ConstRows resid) override;

 private:
  bool splits_heads() const { return !out_.flat.by_source.empty() || !out_.flat.by_token.empty(); }
  void list_labels();
  LabelLists labels() const { return {labels_, first_}; }
  std::int64_t n_points() const { return std::ssize(which_); }
  void read_positions();
  void read(ConstRows x, ConstRows against, std::int64_t n_groups, std::vector<double>& g) const;
  OwnedRows norm_final(ConstRows resid) const;
  void store(ConstRows rows, std::int64_t at, Array<float>& array) const;
  void write_logits(ConstRows normed);
  void read_sources(const LayerAtPoints& layer, ConstRows folded);
  void read_sources(const LayerAtPoints& layer, ConstRows folded, std::span<const std::vector<std::int32_t>> sources,
                    std::int64_t n_sources, Array<float>& out);
  std::vector<std::int32_t> sources_seen(std::int64_t point) const;
  std::vector<std::int32_t> tokens_seen(std::int64_t point) const;
  void write_parts(std::int64_t i, double scale);
  double size_of_logits(std::int64_t point) const;
  void scale_splits(std::int64_t point, double scale);
  void write_certificate(std::int64_t point);

  const Engine& engine_;
  const Model& model_;
  const Backend& backend_;
  std::span<const PromptIds> prompts_;
  std::span<const PointOfPrompt> points_;
  std::span<const std::int64_t> which_;
  bool read_parts_;
  WholeVocabulary vocabulary_;
  DType stored_type_;
  PointParts& out_;

  std::vector<std::int64_t> stored_rows_;              // of hidden and z; -1: not stored  [points.size()]
  std::vector<std::int32_t> labels_, label_ids_;       // rows of the directions, for each point its labels; their ids
  std::vector<std::int64_t> first_;                    // where each point's labels begin  [n_points + 1]
  std::shared_ptr<const LabelDirections> directions_;  // of label_ids_
  std::optional<WeighedSums> weighed_;                 // if heads are weighed

  // Before division by the scale, in double precision. Items: the labels of all points.
  std::vector<double> embed_;               // [n_items]
  std::vector<double> pos_embed_;           // [n_items], or empty
  std::vector<std::vector<double>> heads_;  // n_layers of [n_items, n_heads]
  std::vector<std::vector<double>> mlps_;   // n_layers of [n_items]
  std::vector<double> attn_bias_;           // sum over layers of b_O . d_l  [n_items]
  std::vector<double> final_bias_;          // beta . U + b, not divided  [n_label_ids]
};

}  // namespace partwise::internal
