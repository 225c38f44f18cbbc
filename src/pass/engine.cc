#include "pass/engine.h"

#include <algorithm>
#include <numeric>

#include "base/round.h"

namespace partwise::internal {

namespace {

/// The weight with its values rounded as products round them.
RowReader rounded(const RowReader& weight, Precision precision) {
  if (precision == Precision::f32) return weight;
  return {weight.rows, weight.cols, [=](std::int64_t first_row, Matrix out) {
            weight.read(first_row, out);
            for (std::int64_t r = 0; r < out.rows; ++r)
              round_to(precision, {out.row(r), static_cast<std::size_t>(out.cols)});
          }};
}

}  // namespace

Engine::Engine(const Model& model, const Backend& backend, Residency residency, std::int64_t known_bytes,
               Residency unembedding)
    : model_(model),
      backend_(backend),
      residency_(residency),
      known_(backend, model.config().n_layers, 2 * model.config().n_kv_heads * model.config().d_head, known_bytes) {
  if (residency == Residency::resident) kept_.resize(static_cast<std::size_t>(model.config().n_layers));
  if (unembedding == Residency::resident) kept_blocks_.resize(static_cast<std::size_t>(n_blocks()));
}

std::shared_ptr<const Layer> Engine::pack(std::int64_t index) const {
  const auto drop = [this](const Layer* layer) {
    if (residency_ == Residency::streamed) model_.release(layer->index);
    delete layer;
  };
  const std::shared_ptr<Layer> layer(new Layer{index, model_.layer(index)}, drop);
  LayerWeights& w = layer->weights;
  layer->q = backend_.pack(w.q);
  layer->kv = backend_.pack(w.kv);
  layer->o = backend_.pack(w.o);
  if (w.gate.read) layer->gate = backend_.pack(w.gate);
  layer->in = backend_.pack(w.in);
  layer->out = backend_.pack(w.out);
  w.o = rounded(w.o, backend_.precision());  // readers of z fold the same matrix that z is multiplied by
  model_.read_ahead(index + 1);
  return layer;
}

std::shared_ptr<const Layer> Engine::layer(std::int64_t index) const {
  if (residency_ == Residency::streamed) return pack(index);
  const std::lock_guard lock(mutex_);
  auto& kept = kept_[static_cast<std::size_t>(index)];
  if (!kept) {
    kept = pack(index);
    model_.release(index);
  }
  return kept;
}

std::int64_t Engine::n_blocks() const { return divide_up(model_.config().d_vocab, kTokensPerBlock); }

std::shared_ptr<const PackedWeight> Engine::pack_block(std::int64_t block) const {
  const std::int64_t begin = block * kTokensPerBlock, n = std::min(kTokensPerBlock, model_.config().d_vocab - begin);
  const auto read = [&](std::int64_t first, Matrix out) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(out.rows));
    std::iota(ids.begin(), ids.end(), static_cast<std::int32_t>(begin + first));
    const HostMatrix rows = model_.unembed(ids);
    for (std::int64_t r = 0; r < out.rows; ++r) std::copy_n(rows.view().row(r), out.cols, out.row(r));
  };
  return backend_.pack({n, model_.config().d_model, read}, Precision::f32);
}

std::shared_ptr<const PackedWeight> Engine::unembedding(std::int64_t block) const {
  if (kept_blocks_.empty()) return pack_block(block);
  const std::lock_guard lock(mutex_);
  auto& kept = kept_blocks_[static_cast<std::size_t>(block)];
  if (!kept) kept = pack_block(block);
  return kept;
}

std::int64_t Engine::bytes_of_blocks() const {
  const ModelConfig& c = model_.config();
  const std::int64_t block = std::min(kTokensPerBlock, c.d_vocab) * c.d_model * std::int64_t{sizeof(float)};
  if (kept_blocks_.empty()) return block;
  const std::lock_guard lock(mutex_);
  return block * std::ranges::count(kept_blocks_, nullptr);
}

std::int64_t Engine::bytes_of_next_pass() const {
  const std::int64_t layer = bytes_per_layer(model_.config(), backend_);
  if (residency_ == Residency::streamed) return layer;
  const std::lock_guard lock(mutex_);
  return layer * std::ranges::count(kept_, nullptr);
}

std::int64_t bytes_per_known_token(const ModelConfig& c) {
  return c.n_layers * 2 * c.n_kv_heads * c.d_head * static_cast<std::int64_t>(sizeof(float));
}

std::vector<std::int64_t> bytes_of_weights(const ModelConfig& c, const Backend& backend) {
  const std::int64_t n_z = c.n_heads * c.d_head;
  std::vector<std::int64_t> bytes = {backend.packed_bytes(c.d_model, n_z),
                                     backend.packed_bytes(c.d_model, 2 * c.n_kv_heads * c.d_head),
                                     backend.packed_bytes(n_z, c.d_model), backend.packed_bytes(c.d_model, c.d_mlp),
                                     backend.packed_bytes(c.d_mlp, c.d_model)};
  if (c.gated_mlp) bytes.push_back(backend.packed_bytes(c.d_model, c.d_mlp));
  return bytes;
}

std::int64_t bytes_per_layer(const ModelConfig& config, const Backend& backend) {
  const std::vector<std::int64_t> weights = bytes_of_weights(config, backend);
  return std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
}

}  // namespace partwise::internal
