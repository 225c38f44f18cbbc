// Reads every part of the model at the prompts' last positions against their label words.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "decompose/contributions.h"
#include "decompose/label_directions.h"
#include "decompose/options.h"
#include "pass/pass.h"

namespace partwise::internal {

/// Turns what a pass shows for one group of prompts into contributions (docs/maths.md):
///   direction[y]   = gain * U_y                       the final norm folded into the unembedding; LayerNorm: centred
///   embed[y]       = direction[y] . embed / scale
///   heads[l, h, y] = (W_O,lhᵀ d_l[y]) . z_lh / scale  W_O folded in: no head output of width d_model is formed
///   mlps[l, y]     = direction[y] . mlp_out_l / scale   mlp_out_l is taken after its norm, if it has one
///   bias[y]        = sum_l d_l[y] . b_O,l / scale + beta . U_y
/// where scale = rms or sd of the final residual, eps included, which is known only at the end, and d_l = direction, or
/// ln1_post_l.gain * direction / ln1_post_l.scale if attention's output is normed before it is added.
/// If `out` has room for hidden and z, they are copied in the form in which the model multiplies them: the final norm's
/// output by U, z by W_O.
class Readout : public PassObserver {
 public:
  /// Writes the rows `group` of `out` at the end of the pass. All references must outlive the object.
  Readout(const Engine& engine, std::span<const PromptIds> prompts, std::span<const std::int64_t> group,
          const DecomposeOptions& options, Contributions& out);

  bool wants_attention() const override { return !out_.source_certificate.empty(); }
  void on_embed(ConstMatrix embed) override;
  void on_layer(const LayerAtEnds& layer) override;
  void on_final_residual(ConstMatrix resid) override;

 private:
  void read(ConstMatrix x, ConstMatrix against, std::int64_t n_groups, std::vector<double>& g) const;
  HostMatrix norm_final(ConstMatrix resid) const;
  void store(ConstMatrix rows, std::int64_t at, Array<float>& array) const;
  void write_logits(const HostMatrix& normed);
  void read_sources(const LayerAtEnds& layer, const HostMatrix& folded);
  void read_sources(const LayerAtEnds& layer, const HostMatrix& folded,
                    std::span<const std::span<const std::int32_t>> sources, Array<float>& out);
  void write_parts(std::int64_t i, double scale);
  double scale_sources(std::int64_t example, double scale, Array<float>& sources);
  void write_certificate(std::int64_t example);

  const Model& model_;
  const Backend& backend_;
  std::span<const std::int64_t> group_;
  std::span<const PromptIds> prompts_;
  bool read_parts_;
  DType stored_type_;
  Contributions& out_;

  std::vector<std::int64_t> stored_rows_;  // [n_group] rows of hidden and z; -1: not stored
  std::int64_t n_labels_;
  std::vector<std::int32_t> labels_;                   // [n_group, n_labels] rows of the matrices below
  std::shared_ptr<const LabelDirections> directions_;  // of the n_distinct_labels label words of the group

  // Before division by the scale, in double precision.
  std::vector<double> embed_;               // [n_group, n_labels]
  std::vector<std::vector<double>> heads_;  // n_layers of [n_group, n_labels, n_heads]
  std::vector<std::vector<double>> mlps_;   // n_layers of [n_group, n_labels]
  std::vector<double> attn_bias_;           // sum over layers of b_O . d_l  [n_group, n_labels]
  std::vector<double> norm_bias_;           // beta . U, not divided  [n_distinct_labels]
};

}  // namespace partwise::internal
