// A model that is ready for passes: its layers as a back end multiplies by them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "model/model.h"
#include "ops/backend.h"
#include "pass/known_rows.h"

namespace partwise::internal {

/// The weights of a layer's MLP or of one expert, packed by a back end.
struct PackedMlp {
  PackedMlp() = default;
  PackedMlp(const MlpWeights& weights, const Backend& backend);
  std::unique_ptr<PackedWeight> gate, in, out;
  std::vector<float> gate_bias, in_bias, out_bias;
};

/// One layer's weights, packed by a back end.
struct Layer {
  std::int64_t index = 0;
  LayerWeights weights;  // the norms and biases; matrices are read from disk
  std::unique_ptr<PackedWeight> q, kv, o, router;
  PackedMlp mlp;
};

/// Whether packed layers are kept.
enum class Residency {
  streamed,  // one layer at a time is packed and dropped again: a model larger than memory streams through
  resident,  // every layer is packed once, when it is first needed
};

/// How many tokens' rows of the unembedding are packed together.
constexpr std::int64_t kTokensPerBlock = 4096;

/// Several threads may use an engine at a time.
class Engine {
 public:
  /// Model and back end must outlive the engine, and the model must not be moved meanwhile.
  /// At most `known_bytes` of keys and values are kept for later passes. `unembedding` says the same of its blocks as
  /// `residency` of layers.
  Engine(const Model& model, const Backend& backend, Residency residency = Residency::streamed,
         std::int64_t known_bytes = 0, Residency unembedding = Residency::streamed);

  const Model& model() const { return model_; }
  const Backend& backend() const { return backend_; }
  Residency residency() const { return residency_; }
  KnownRows& known_rows() const { return known_; }

  /// The layer, packed. Streamed: the system reads the next layer meanwhile, and takes the layer's pages back when the
  /// result is dropped. Errors: those of reading weights.
  std::shared_ptr<const Layer> layer(std::int64_t index) const;

  /// An expert of a layer, packed, and kept or not like layers. It is not read from disk before it is asked for.
  /// Errors: those of reading weights.
  std::shared_ptr<const PackedMlp> expert(std::int64_t layer, std::int64_t expert) const;
  /// Asks the system to read the expert soon, unless it is kept.
  void read_ahead(std::int64_t layer, std::int64_t expert) const;

  /// Rows of the unembedding from token block * kTokensPerBlock on, packed for products in float32 whatever the back
  /// end's precision: the label words' logits are not rounded either. Errors: those of reading weights.
  std::shared_ptr<const PackedWeight> unembedding(std::int64_t block) const;
  std::int64_t n_blocks() const;
  /// Bytes that using all blocks adds to what the process holds.
  std::int64_t bytes_of_blocks() const;

  /// Bytes that a pass over all layers adds to what the process holds: those of one layer if they are streamed, else
  /// those of all layers that are not packed yet.
  std::int64_t bytes_of_next_pass() const;

 private:
  std::shared_ptr<const Layer> pack(std::int64_t index) const;
  std::shared_ptr<const PackedMlp> pack_expert(std::int64_t layer, std::int64_t expert) const;
  std::size_t place_of_expert(std::int64_t layer, std::int64_t expert) const;
  std::shared_ptr<const PackedWeight> pack_block(std::int64_t block) const;

  const Model& model_;
  const Backend& backend_;
  Residency residency_;
  mutable KnownRows known_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const Layer>> kept_;  // [n_layers] if they are resident, null if not packed yet
  mutable std::vector<std::shared_ptr<const PackedMlp>> kept_experts_;    // [n_layers * n_experts], the same
  mutable std::vector<std::shared_ptr<const PackedWeight>> kept_blocks_;  // the same of the unembedding
};

/// Bytes of one token's keys and values in all layers.
std::int64_t bytes_per_known_token(const ModelConfig& config);
/// Bytes of the weights of one layer as the back end packs them, of its experts one: of the layer where this is most,
/// and of the largest weight alone.
std::int64_t bytes_per_layer(const ModelConfig& config, const Backend& backend);
std::int64_t bytes_of_largest_weight(const ModelConfig& config, const Backend& backend);
/// Bytes of all layers with all their experts.
std::int64_t bytes_of_layers(const ModelConfig& config, const Backend& backend);

}  // namespace partwise::internal
