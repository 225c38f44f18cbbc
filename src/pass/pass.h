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

/// The attention of the read points' queries. Keys and values are those of all rows of the tree.
struct AttentionAtPoints {
  AttentionShape shape;
  std::span<const Segment> segments;
  std::span<const QueryRun> runs;  // one query each: a read point's row  [n_points]
  ConstRows q;                     // blocks.L.attn.hook_rot_q  [n_points, n_heads * d_head]
  ConstRows k, v;                  // hook_rot_k, hook_v  [n_rows, n_kv_heads * d_head]
};

/// What one layer added at every read point. Views are valid until the callback returns. z and the
/// output projection are those that the back end multiplied, rounded to its precision.
struct LayerAtPoints {
  std::int64_t layer;
  const LayerWeights& weights;
  ConstRows z;  // blocks.L.attn.hook_z  [n_points, n_heads * d_head]
  /// blocks.L.ln1_post.hook_scale [n_points]: rms of attention's output before the norm after it. Empty if there is no
  /// such norm.
  std::span<const double> ln1_post_scale;
  ConstRows mlp_out;                   // blocks.L.hook_mlp_out  [n_points, d_model]
  const AttentionAtPoints* attention;  // null unless the observer wants it
};

/// What an expert of a layer returned for the read points that chose it. The layer adds weights[i] * out[i, :].
struct ExpertAtPoints {
  std::int64_t layer, expert;
  std::span<const std::int64_t> points;  // indices of PrefixTree::reads
  std::span<const float> weights;        // the router's
  ConstRows out;                         // [points.size(), d_model]
};

/// Sees every read point (PrefixTree::reads), in the caller's order. If the methods are empty, it costs only a copy of
/// those rows.
class PassObserver {
 public:
  virtual ~PassObserver() = default;
  virtual bool wants_attention() const { return false; }
  virtual bool wants_experts() const { return false; }
  virtual void on_embed(ConstRows embed) = 0;             // hook_embed [n_points, d_model]
  virtual void on_layer(const LayerAtPoints& layer) = 0;  // layers in order
  /// If it wants experts: comes before on_layer() of the expert's layer, on several threads at once. Each point comes
  /// once for each expert that it chose.
  virtual void on_expert(const ExpertAtPoints&) {}
  virtual void on_final_residual(ConstRows resid) = 0;  // hook_resid_post of the last layer  [n_points, d_model]
};

/// Runs the model over the tree. In the last layer only rows that are read are queried. `edits` replaces and averages
/// parts. A mean counts a position once per prompt that has it; in the last layer it counts only read points.
/// `progress` counts rows times layers.
///
/// Known rows are not computed again; without edits, new rows become known (Engine::known_rows). With edits the tree
/// may have no known rows: they would be those of the whole model.
void run_pass(const Engine& engine, const GrownTree& grown, PassObserver& observer, const ProgressFn& progress = {},
              const PartEdits& edits = {});

/// Bytes of activations of one row of the tree.
std::int64_t bytes_per_row(const ModelConfig& config);
/// Bytes of activations of one read point, besides those of its row.
std::int64_t bytes_per_point(const ModelConfig& config);
/// Bytes of scratch that all threads of the back end need, at most.
std::int64_t bytes_of_threads(const ModelConfig& config, const Backend& backend);

/// Multiplications plus additions in the products and the attention of a pass. Norms and the like do not count.
double pass_flops(const ModelConfig& config, const PrefixTree& tree);

}  // namespace partwise::internal
