#include "pass/engine.h"

#include <algorithm>
#include <iterator>
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

std::int64_t sum(const std::vector<std::int64_t>& bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

/// Bytes of each weight of an MLP.
std::vector<std::int64_t> mlp_weights(const ModelConfig& c, const Backend& backend, std::int64_t d_mlp) {
  std::vector<std::int64_t> bytes = {backend.packed_bytes(c.d_model, d_mlp), backend.packed_bytes(d_mlp, c.d_model)};
  if (c.gated_mlp) bytes.push_back(backend.packed_bytes(c.d_model, d_mlp));
  return bytes;
}

/// Bytes of each weight that all tokens share: of experts, only the router.
std::vector<std::int64_t> shared_weights(const ModelConfig& c, const Backend& backend, std::int64_t layer) {
  const std::int64_t n_z = c.n_heads * c.d_head, n_kv = 2 * c.n_kv_heads * c.d_head;
  std::vector<std::int64_t> bytes = {backend.packed_bytes(c.d_model, n_z), backend.packed_bytes(c.d_model, n_kv),
                                     backend.packed_bytes(n_z, c.d_model)};
  if (c.has_experts(layer))
    bytes.push_back(c.d_model * c.experts->n_experts * std::int64_t{sizeof(float)});
  else
    std::ranges::copy(mlp_weights(c, backend, c.d_mlp), std::back_inserter(bytes));
  return bytes;
}

/// Bytes of each weight of a layer that is packed at a time: of its experts, one is.
std::vector<std::int64_t> bytes_of_weights(const ModelConfig& c, const Backend& backend, std::int64_t layer) {
  std::vector<std::int64_t> bytes = shared_weights(c, backend, layer);
  if (c.has_experts(layer)) std::ranges::copy(mlp_weights(c, backend, c.experts->d_mlp), std::back_inserter(bytes));
  return bytes;
}

std::int64_t bytes_of_shared_weights(const ModelConfig& c, const Backend& backend, std::int64_t layer) {
  return sum(shared_weights(c, backend, layer));
}

std::int64_t bytes_of_expert(const ModelConfig& c, const Backend& backend) {
  return sum(mlp_weights(c, backend, c.experts->d_mlp));
}

}  // namespace

PackedMlp::PackedMlp(const MlpWeights& w, const Backend& backend)
    : gate(w.gate.read ? backend.pack(w.gate) : nullptr),
      in(backend.pack(w.in)),
      out(backend.pack(w.out)),
      gate_bias(w.gate_bias),
      in_bias(w.in_bias),
      out_bias(w.out_bias) {}

Engine::Engine(const Model& model, const Backend& backend, Residency residency, std::int64_t known_bytes,
               Residency unembedding)
    : model_(model),
      backend_(backend),
      residency_(residency),
      known_(backend, model.config().n_layers, 2 * model.config().n_kv_heads * model.config().d_head, known_bytes) {
  const ModelConfig& c = model.config();
  if (residency == Residency::resident) kept_.resize(static_cast<std::size_t>(c.n_layers));
  if (residency == Residency::resident && c.experts)
    kept_experts_.resize(static_cast<std::size_t>(c.n_layers * c.experts->n_experts));
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
  if (w.router.read)
    layer->router = backend_.pack(w.router, Precision::f32);  // a rounded router would choose other experts
  else
    layer->mlp = PackedMlp(w.mlp, backend_);
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

std::shared_ptr<const PackedMlp> Engine::pack_expert(std::int64_t layer, std::int64_t expert) const {
  auto packed = std::make_shared<const PackedMlp>(model_.expert(layer, expert), backend_);
  model_.release(layer, expert);
  return packed;
}

std::size_t Engine::place_of_expert(std::int64_t layer, std::int64_t expert) const {
  return static_cast<std::size_t>(layer * model_.config().experts->n_experts + expert);
}

std::shared_ptr<const PackedMlp> Engine::expert(std::int64_t layer, std::int64_t expert) const {
  if (residency_ == Residency::streamed) return pack_expert(layer, expert);
  const std::lock_guard lock(mutex_);
  auto& kept = kept_experts_[place_of_expert(layer, expert)];
  if (!kept) kept = pack_expert(layer, expert);
  return kept;
}

void Engine::read_ahead(std::int64_t layer, std::int64_t expert) const {
  const std::lock_guard lock(mutex_);
  if (kept_experts_.empty() || !kept_experts_[place_of_expert(layer, expert)]) model_.read_ahead(layer, expert);
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
  const ModelConfig& c = model_.config();
  if (residency_ == Residency::streamed) return bytes_per_layer(c, backend_);
  const std::lock_guard lock(mutex_);
  std::int64_t bytes = 0;
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    if (!kept_[l]) bytes += bytes_of_shared_weights(c, backend_, l);
    if (!c.has_experts(l)) continue;
    const auto first = kept_experts_.begin() + l * c.experts->n_experts;
    bytes += std::count(first, first + c.experts->n_experts, nullptr) * bytes_of_expert(c, backend_);
  }
  return bytes;
}

std::int64_t bytes_per_known_token(const ModelConfig& c) {
  return c.n_layers * 2 * c.n_kv_heads * c.d_head * static_cast<std::int64_t>(sizeof(float));
}

std::int64_t bytes_per_layer(const ModelConfig& c, const Backend& backend) {
  std::int64_t most = 0;
  for (std::int64_t l = 0; l < c.n_layers; ++l) most = std::max(most, sum(bytes_of_weights(c, backend, l)));
  return most;
}

std::int64_t bytes_of_largest_weight(const ModelConfig& c, const Backend& backend) {
  std::int64_t most = 0;
  for (std::int64_t l = 0; l < c.n_layers; ++l)
    most = std::max(most, std::ranges::max(bytes_of_weights(c, backend, l)));
  return most;
}

std::int64_t bytes_of_layers(const ModelConfig& c, const Backend& backend) {
  std::int64_t bytes = 0;
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    bytes += bytes_of_shared_weights(c, backend, l);
    if (c.has_experts(l)) bytes += c.experts->n_experts * bytes_of_expert(c, backend);
  }
  return bytes;
}

}  // namespace partwise::internal
