// What the logits of label words are read with: rows of the unembedding, folded through norms and output projections.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "model/model.h"

namespace partwise::internal {

/// For distinct label words. Several threads may call at a time.
class LabelDirections {
 public:
  /// If `keeps`, what folded() returns is kept for later passes. The model must outlive the object.
  LabelDirections(const Model& model, std::vector<std::int32_t> label_ids, bool keeps);

  const std::vector<std::int32_t>& label_ids() const { return label_ids_; }
  const NormWeights& norm() const { return norm_; }           // the final one
  const HostMatrix& unembed() const { return unembed_; }      // U         [n_label_ids, d_model]
  const HostMatrix& direction() const { return direction_; }  // gain * U, centred for LayerNorm  [n_label_ids, d_model]
  /// d_l: the direction before the layer's norm after attention, if it has one.  [n_label_ids, d_model]
  HostMatrix direction_of(const LayerWeights& layer) const;
  /// d_l . W_O: row y holds all heads' W_O,hᵀ d_l[y] side by side.  [n_label_ids, n_heads * d_head]
  std::shared_ptr<const HostMatrix> folded(const LayerWeights& layer, std::int64_t index) const;

 private:
  NormWeights norm_;
  std::vector<std::int32_t> label_ids_;
  HostMatrix unembed_, direction_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const HostMatrix>> folded_;  // [n_layers], null if not made; empty if not kept
};

/// The directions of the label words that were used last.
class LabelCache {
 public:
  std::shared_ptr<const LabelDirections> get(const Model& model, const std::vector<std::int32_t>& label_ids);

 private:
  std::mutex mutex_;
  std::deque<std::shared_ptr<const LabelDirections>> used_;  // the last one used in front
};

/// Bytes that a cache keeps for one set of label words.
std::int64_t bytes_of_directions(const ModelConfig& config, std::int64_t n_label_ids);

}  // namespace partwise::internal
