// One block of a transformer: what attention and the MLP read, compute and return (docs/maths.md). Nothing here adds to
// the residual stream: that is the pass's.
//
//   q, k, v  = rotary(norm(W_Q, W_K, W_V norm(x) + b))     project(), query()
//   z        = softmax(scale q kᵀ) v                        attend()
//   attn_out = W_O z + b_O, then norm                       write(), norm_written()
//   mlp_out  = norm(W_out f(W_gate h, W_in h)), h = norm(x) mlp(), norm_mlp()
//   or norm(the sum of experts of this form that a router chooses), h = norm(x)  pass/experts.h
//
// A norm, bias or gate that an architecture does not have is left out.
#pragma once

#include <cstdint>
#include <span>

#include "pass/engine.h"

namespace partwise::internal {

/// cos and sin of every position's angles.  [n_positions, rotary_width / 2]
struct RotaryTable {
  RotaryTable(const Backend& backend, const RopeConfig& rope, std::int64_t rotary_width, std::int64_t n_positions);
  OwnedRows cos, sin;
};
/// Those of all layers, and of layers with a sliding window, which may rotate otherwise.
struct RotaryTables {
  RotaryTables(const Backend& backend, const ModelConfig& config, std::int64_t n_positions);
  RotaryTable all, local;
};

class Block {
 public:
  /// Everything must outlive the block.
  Block(const ModelConfig& config, const Backend& backend, const RotaryTables& rotary, const Layer& layer)
      : c_(config), backend_(backend), rotary_(rotary), layer_(layer) {}

  const Layer& layer() const { return layer_; }
  AttentionShape attention_shape() const;

  /// Keys and values of these rows, and queries unless q is empty.  x [n, d_model], kv [n, 2 n_kv_heads * d_head],
  /// q [n, n_heads * d_head]
  void project(ConstRows x, std::span<const std::int32_t> positions, Rows kv, Rows q) const;
  void query(ConstRows x, std::span<const std::int32_t> positions, Rows q) const;
  /// kv are those of all rows of the tree.  q, z [n, n_heads * d_head]
  void attend(std::span<const Segment> segments, std::span<const QueryRun> runs, ConstRows q, ConstRows kv,
              Rows z) const;
  /// out [n, d_model]
  void write(ConstRows z, Rows out) const;
  bool norms_written() const { return static_cast<bool>(layer_.weights.ln1_post); }
  /// In place, if norms_written().
  void norm_written(Rows out) const { apply(layer_.weights.ln1_post, out); }
  void mlp(ConstRows x, Rows out) const { mlp(layer_.mlp, x, out); }
  void mlp(const PackedMlp& weights, ConstRows x, Rows out) const;
  /// The router's logits of each expert.  [n, n_experts]
  HostMatrix route(ConstRows x) const;
  /// In place, if there is a norm after the MLP.
  void norm_mlp(Rows out) const;

  ConstRows keys(ConstRows kv) const { return kv.columns(0, width()); }
  ConstRows values(ConstRows kv) const { return kv.columns(width(), width()); }

 private:
  std::int64_t width() const { return c_.n_kv_heads * c_.d_head; }
  Normed read(const NormWeights& norm, ConstRows x) const { return {x, {c_.norm, norm.gain, norm.bias, c_.norm_eps}}; }
  void place(const NormWeights& norm, Rows heads, std::span<const std::int32_t> positions) const;
  void norm_heads(const NormWeights& norm, Rows heads) const;
  void apply(const NormWeights& norm, Rows x) const;

  const ModelConfig& c_;
  const Backend& backend_;
  const RotaryTables& rotary_;
  const Layer& layer_;
};

}  // namespace partwise::internal
