// What the logits of label words are read with: rows of the unembedding, folded through norms and output projections.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "decompose/options.h"
#include "model/model.h"
#include "ops/backend.h"
#include "tensor/array.h"

namespace partwise::internal {

/// For distinct label words. Several threads may call at a time.
class LabelDirections {
 public:
  /// If `keeps`, what folded() returns is kept for later passes. Model and back end must outlive the object. Label
  /// d_vocab + i is mixture i, if `mixtures` is not null.
  LabelDirections(const Model& model, const Backend& backend, std::vector<std::int32_t> label_ids, bool keeps,
                  const Mixtures* mixtures = nullptr);

  const std::vector<std::int32_t>& label_ids() const { return label_ids_; }
  const NormWeights& norm() const { return norm_; }       // the final one
  const HostMatrix& unembed() const { return unembed_; }  // U  [n_label_ids, d_model]
  /// b: what is added to the labels' logits.  [n_label_ids]
  const std::vector<double>& logit_bias() const { return logit_bias_; }
  ConstRows unembed_rows() const { return unembed_rows_.view(); }
  /// gain * U, centred for LayerNorm.  [n_label_ids, d_model]
  ConstRows direction_rows() const { return direction_rows_.view(); }
  /// d_l: the direction before the layer's norm after attention, if it has one.  [n_label_ids, d_model]
  HostMatrix direction_of(const LayerWeights& layer) const;
  /// d_l . W_O: row y holds all heads' W_O,hᵀ d_l[y] side by side.  [n_label_ids, n_heads * d_head]
  std::shared_ptr<const OwnedRows> folded(const LayerWeights& layer, std::int64_t index) const;

 private:
  const Backend& backend_;
  NormWeights norm_;
  std::vector<std::int32_t> label_ids_;
  HostMatrix unembed_, direction_;
  std::vector<double> logit_bias_;
  OwnedRows unembed_rows_, direction_rows_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const OwnedRows>> folded_;  // [n_layers], null if not made; empty if not kept
};

/// The directions of the label words that were used last.
class LabelCache {
 public:
  std::shared_ptr<const LabelDirections> get(const Model& model, const Backend& backend,
                                             const std::vector<std::int32_t>& label_ids);

 private:
  std::mutex mutex_;
  std::deque<std::shared_ptr<const LabelDirections>> used_;  // the last one used in front
};

/// Bytes that a cache keeps for one set of label words.
std::int64_t bytes_of_directions(const ModelConfig& config, std::int64_t n_label_ids);

}  // namespace partwise::internal
