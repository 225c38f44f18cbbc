// The forward pass: one layer at a time for all rows of a prefix tree.
#pragma once

#include <cstdint>
#include <span>

#include "base/progress.h"
#include "model/ablation.h"
#include "model/model.h"
#include "model/prefix_tree.h"
#include "ops/backend.h"

namespace partwise {

/// What the last positions' queries attend to. Keys and values are those of all rows of the tree.
struct AttentionAtEnds {
  AttentionShape shape;
  std::span<const Segment> segments;
  std::span<const QueryRun> runs;  // of each prompt's last position, one query each  [n_prompts]
  ConstMatrix q;                   // blocks.L.attn.hook_rot_q  [n_prompts, n_heads * d_head]
  ConstMatrix k, v;                // hook_rot_k, hook_v  [n_rows, n_kv_heads * d_head]
};

/// What one layer added at the last position of every prompt. Views hold until the callback returns. z and the output
/// projection are those that the back end multiplied, rounded to its precision.
struct LayerAtEnds {
  std::int64_t layer;
  const LayerWeights& weights;
  ConstMatrix z;  // blocks.L.attn.hook_z  [n_prompts, n_heads * d_head]
  /// blocks.L.ln1_post.hook_scale  [n_prompts], rms of what attention comes to before the norm behind it; empty without
  /// one.
  std::span<const double> ln1_post_scale;
  ConstMatrix mlp_out;               // blocks.L.hook_mlp_out  [n_prompts, d_model]
  const AttentionAtEnds* attention;  // null unless the observer wants it
};

/// Is shown the last position of every prompt, in the caller's order. Empty methods cost nothing but a
/// copy of those rows.
class PassObserver {
 public:
  virtual ~PassObserver() = default;
  virtual bool wants_attention() const { return false; }
  virtual void on_embed(ConstMatrix embed) = 0;           // hook_embed [n_prompts, d_model]
  virtual void on_layer(const LayerAtEnds& layer) = 0;    // layers in order
  virtual void on_final_residual(ConstMatrix resid) = 0;  // hook_resid_post of the last layer  [n_prompts, d_model]
};

/// Runs the model over the tree. `edits` replaces parts; their means count a position as often as there are prompts
/// with it, in the last layer only last positions. In the last layer only the prompts' last rows are queried.
/// `progress` counts rows times layers.
void run_pass(const Model& model, const Backend& backend, const PrefixTree& tree, PassObserver& observer,
              const ProgressFn& progress = {}, const PartEdits& edits = {});

/// Bytes of activations that one row of the tree takes during a pass, and besides each prompt; of one layer's weights,
/// of which there is one at a time, as the CPU back end packs them; and of what the back end's threads work in, at
/// most.
std::int64_t bytes_per_row(const ModelConfig& config);
std::int64_t bytes_per_prompt(const ModelConfig& config);
std::int64_t bytes_per_layer(const ModelConfig& config);
std::int64_t bytes_of_threads(const ModelConfig& config, const Backend& backend);

/// Multiplications plus additions of a pass: products and attention; norms and the like left out.
double pass_flops(const ModelConfig& config, const PrefixTree& tree);

}  // namespace partwise
