// The forward pass: one layer at a time for all rows of a prefix tree.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.h"
#include "pass/edits.h"
#include "pass/engine.h"
#include "pass/prefix_tree.h"

namespace partwise::internal {

/// The attention of the last positions' queries. Keys and values are those of all rows of the tree.
struct AttentionAtEnds {
  AttentionShape shape;
  std::span<const Segment> segments;
  std::span<const QueryRun> runs;  // one query each: a prompt's last position  [n_prompts]
  ConstMatrix q;                   // blocks.L.attn.hook_rot_q  [n_prompts, n_heads * d_head]
  ConstMatrix k, v;                // hook_rot_k, hook_v  [n_rows, n_kv_heads * d_head]
};

/// What one layer added at the last position of every prompt. Views are valid until the callback returns. z and the
/// output projection are those that the back end multiplied, rounded to its precision.
struct LayerAtEnds {
  std::int64_t layer;
  const LayerWeights& weights;
  ConstMatrix z;  // blocks.L.attn.hook_z  [n_prompts, n_heads * d_head]
  /// blocks.L.ln1_post.hook_scale [n_prompts]: rms of attention's output before the norm after it. Empty if there is no
  /// such norm.
  std::span<const double> ln1_post_scale;
  ConstMatrix mlp_out;               // blocks.L.hook_mlp_out  [n_prompts, d_model]
  const AttentionAtEnds* attention;  // null unless the observer wants it
};

/// Sees the last position of every prompt, in the caller's order. If the methods are empty, it costs only a copy of
/// those rows.
class PassObserver {
 public:
  virtual ~PassObserver() = default;
  virtual bool wants_attention() const { return false; }
  virtual void on_embed(ConstMatrix embed) = 0;           // hook_embed [n_prompts, d_model]
  virtual void on_layer(const LayerAtEnds& layer) = 0;    // layers in order
  virtual void on_final_residual(ConstMatrix resid) = 0;  // hook_resid_post of the last layer  [n_prompts, d_model]
};

/// Runs the model over the tree. In the last layer only the prompts' last rows are queried. `edits` replaces and
/// averages parts. A mean counts a position once per prompt that has it; in the last layer it counts only last
/// positions. `progress` counts rows times layers.
///
/// Known rows are not computed again; without edits, new rows become known (Engine::known_rows). With edits the tree
/// may have no known rows: they would be those of the whole model.
void run_pass(const Engine& engine, const GrownTree& grown, PassObserver& observer, const ProgressFn& progress = {},
              const PartEdits& edits = {});

/// Bytes of activations of one row of the tree.
std::int64_t bytes_per_row(const ModelConfig& config);
/// Bytes of activations of one prompt, besides those of its rows.
std::int64_t bytes_per_prompt(const ModelConfig& config);
/// Bytes of scratch that all threads of the back end need, at most.
std::int64_t bytes_of_threads(const ModelConfig& config, const Backend& backend);

/// Multiplications plus additions in the products and the attention of a pass. Norms and the like do not count.
double pass_flops(const ModelConfig& config, const PrefixTree& tree);

}  // namespace partwise::internal
