#include "pass/block.h"

#include <cmath>

namespace partwise::internal {

RotaryTable::RotaryTable(const Backend& backend, const RopeConfig& rope, std::int64_t rotary_width,
                         std::int64_t n_positions)
    : cos(backend.allocate(n_positions, rotary_width / 2)), sin(backend.allocate(n_positions, rotary_width / 2)) {
  const auto frequencies = rope_frequencies(rope, rotary_width);
  HostMatrix cosines(n_positions, rotary_width / 2), sines = cosines;
  for (std::int64_t p = 0; p < n_positions; ++p)
    for (std::size_t j = 0; j < frequencies.size(); ++j) {
      const double angle = static_cast<double>(p) * frequencies[j];
      cosines.view().row(p)[j] = static_cast<float>(rope.attention_factor * std::cos(angle));
      sines.view().row(p)[j] = static_cast<float>(rope.attention_factor * std::sin(angle));
    }
  backend.upload(cosines, cos.view());
  backend.upload(sines, sin.view());
}

RotaryTables::RotaryTables(const Backend& backend, const ModelConfig& c, std::int64_t n_positions)
    : all(backend, c.rope, c.rotary_width(), n_positions),
      local(backend, c.local_rope.value_or(c.rope), c.rotary_width(), n_positions) {}

AttentionShape Block::attention_shape() const {
  float scale = c_.attn_scale > 0 ? c_.attn_scale : 1.0f / std::sqrt(static_cast<float>(c_.d_head));
  if (c_.attn_scale_by_layer) scale /= static_cast<float>(layer_.index + 1);
  return {c_.n_heads, c_.n_kv_heads, c_.d_head, scale, c_.window(layer_.index), c_.attn_cap, layer_.weights.sinks};
}

void Block::project(ConstRows x, std::span<const std::int32_t> positions, Rows kv, Rows q) const {
  const LayerWeights& w = layer_.weights;
  const Product products[] = {{*layer_.kv, w.kv_bias, kv}, {*layer_.q, w.q_bias, q}};
  backend_.linear(std::span(products).first(q ? 2 : 1), read(w.ln1, x));
  place(w.k_norm, kv.columns(0, width()), positions);
  if (q) place(w.q_norm, q, positions);
}

void Block::query(ConstRows x, std::span<const std::int32_t> positions, Rows q) const {
  const LayerWeights& w = layer_.weights;
  backend_.linear(*layer_.q, w.q_bias, read(w.ln1, x), q);
  place(w.q_norm, q, positions);
}

/// Norms queries or keys, and rotates them to their positions, if the layer does so. In place.
void Block::place(const NormWeights& norm, Rows heads, std::span<const std::int32_t> positions) const {
  if (norm) norm_heads(norm, heads);
  if (!c_.is_rotated(layer_.index)) return;
  const bool is_local = c_.local_rope && c_.window(layer_.index) > 0;
  const RotaryTable& table = is_local ? rotary_.local : rotary_.all;
  backend_.rotary(heads, c_.d_head, positions, table.cos.view(), table.sin.view());
}

void Block::norm_heads(const NormWeights& norm, Rows heads) const {
  if (c_.qk_norm != QkNorm::each_head) return backend_.rms_norm(heads, norm.gain, c_.norm_eps, heads);
  const auto width = static_cast<std::size_t>(c_.d_head);
  for (std::size_t at = 0; at < norm.gain.size(); at += width) {
    const Rows head = heads.columns(static_cast<std::int64_t>(at), c_.d_head);
    backend_.layer_norm(head, std::span(norm.gain).subspan(at, width), std::span(norm.bias).subspan(at, width),
                        c_.norm_eps, head);
  }
}

void Block::attend(std::span<const Segment> segments, std::span<const QueryRun> runs, ConstRows q, ConstRows kv,
                   Rows z) const {
  backend_.attention(attention_shape(), segments, runs, q, keys(kv), values(kv), z);
}

void Block::write(ConstRows z, Rows out) const { backend_.linear(*layer_.o, layer_.weights.o_bias, z, out); }

void Block::mlp(const PackedMlp& w, ConstRows x, Rows out) const {
  backend_.mlp({w.gate.get(), w.in.get(), w.out.get(), w.gate_bias, w.in_bias, w.out_bias, c_.activation},
               read(layer_.weights.ln2, x), out);
}

HostMatrix Block::route(ConstRows x) const {
  HostMatrix logits(x.rows, layer_.router->n_out());
  OwnedRows own = backend_.allocate(logits.rows, logits.cols);
  backend_.linear(*layer_.router, layer_.weights.router_bias, read(layer_.weights.ln2, x), own.view());
  backend_.download(own.view(), logits.view());
  return logits;
}

void Block::norm_mlp(Rows out) const {
  if (layer_.weights.ln2_post) apply(layer_.weights.ln2_post, out);
}

void Block::apply(const NormWeights& norm, Rows x) const {
  if (c_.norm == NormKind::layer)
    backend_.layer_norm(x, norm.gain, norm.bias, c_.norm_eps, x);
  else
    backend_.rms_norm(x, norm.gain, c_.norm_eps, x);
}

}  // namespace partwise::internal
