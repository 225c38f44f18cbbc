#include "model/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "formats/quantised.h"
#include "formats/whole_model.h"
#include "model/initial_weights.h"
#include "model/text_model.h"

namespace partwise::internal {

namespace {

void check_sizes(const ModelConfig& c, const std::string& path) {
  const auto fail = [&](const std::string& problem) { throw Error(ErrorCode::bad_data, path + ": " + problem); };
  if (c.n_heads % c.n_kv_heads != 0)
    fail(fmt::format("{} query heads cannot share {} key/value heads evenly", c.n_heads, c.n_kv_heads));
  if (c.is_rotated_anywhere() && (c.rotary_width() % 2 != 0 || c.rotary_width() > c.d_head))
    fail(fmt::format("{} of the {} columns of a head cannot be rotated in pairs", c.rotary_width(), c.d_head));
  if (c.d_vocab < 1) fail("the vocabulary is empty");
  if (!(c.norm_eps >= 0 && std::isfinite(c.norm_eps))) fail(fmt::format("no norm has the epsilon {}", c.norm_eps));
  if (!std::isfinite(c.attn_scale)) fail(fmt::format("attention scores cannot be scaled by {}", c.attn_scale));
}

/// Beyond its original context, LongRoPE rotates by other angles.
void limit_context(ModelConfig& c) {
  if (c.rope.type == "longrope") c.n_ctx = std::min(c.n_ctx, c.rope.original_context);
}

/// Refuses an unknown scaling when the model is opened, not after an hour of work.
void check_ropes(const ModelConfig& c) {
  rope_frequencies(c.rope, c.rotary_width());
  if (c.local_rope) rope_frequencies(*c.local_rope, c.rotary_width());
}

/// Whether weights are quantised has already been checked with these keys; now they change nothing.
std::set<std::string> with_judged_keys(std::set<std::string> allowed) {
  for (const char* key : kQuantisationKeys) allowed.insert(key);
  return allowed;
}

std::string name_of_expert(std::int64_t layer, std::int64_t expert) {
  return fmt::format("blocks.{}.mlp.experts.{}.", layer, expert);
}

/// Calls body(tensor) for each tensor whose name begins so.
template <class Body>
void for_tensors(const std::map<std::string, BoundTensor>& tensors, const std::string& prefix, const Body& body) {
  for (auto it = tensors.lower_bound(prefix); it != tensors.end() && it->first.starts_with(prefix); ++it)
    body(it->second);
}

/// The same for the tensors of a layer that belong to none of its experts.
template <class Body>
void for_layer(const std::map<std::string, BoundTensor>& tensors, std::int64_t layer, const Body& body) {
  const std::string block = fmt::format("blocks.{}.", layer), experts = block + "mlp.experts.";
  for_tensors(tensors, block, [&](const BoundTensor& tensor) {
    if (!tensor.name.starts_with(experts)) body(tensor);
  });
}

void needed_soon(const BoundTensor& tensor) { advise_needed_soon(tensor.view.bytes); }
void not_needed(const BoundTensor& tensor) { advise_not_needed(tensor.view.bytes); }

}  // namespace

Model Model::load(const std::filesystem::path& path, const ModelOptions& options) {
  Model model;
  model.checkpoint_ = open_checkpoint(path);
  check_whole_model(*model.checkpoint_, options.allow_unknown);
  model.checkpoint_ = text_model_of(std::move(model.checkpoint_), options.allow_unknown);
  const Architecture& architecture = find_architecture(*model.checkpoint_);
  model.config_ = architecture.read_config(*model.checkpoint_, with_judged_keys(options.allow_unknown));
  limit_context(model.config_);
  check_sizes(model.config_, path.string());
  model.tensors_ = bind_tensors(*model.checkpoint_, architecture, model.config_, options.allow_unknown);
  check_ropes(model.config_);  // after binding: weights of this width exist, so heads are not too large for memory
  model.random_init_ = options.random_init;
  model.logit_bias_ = model.vector("unembed.b_U");
  return model;
}

std::int64_t Model::n_parameters() const {
  std::int64_t n = 0;
  for (const auto& [name, tensor] : tensors_) n += element_count(tensor.shape);
  return n;
}

std::int64_t Model::n_active_parameters() const {
  std::int64_t n = n_parameters();
  for (std::int64_t l = 0; l < config_.n_layers; ++l) {
    if (!config_.has_experts(l)) continue;
    std::int64_t one = 0;  // expert's
    for_tensors(tensors_, name_of_expert(l, 0), [&](const BoundTensor& tensor) { one += element_count(tensor.shape); });
    n -= (config_.experts->n_experts - config_.experts->n_used) * one;
  }
  return n;
}

const BoundTensor& Model::tensor(const std::string& name) const {
  auto it = tensors_.find(name);
  check_internal(it != tensors_.end(), "the architecture's table lacks a tensor that the engine asks for");
  return it->second;
}

void Model::read_row(const BoundTensor& t, std::int64_t row, std::span<float> out) const {
  const auto width = static_cast<std::int64_t>(out.size());
  if (random_init_)
    initial_values(*random_init_, t.name, t.shape, config_.initializer_range, row * width, out);
  else if (!t.scales.bytes.empty())
    dequantize_mxfp4(t.view.bytes, t.scales.bytes, file_row(t.rows, row, t.shape[0], config_) * width, out);
  else
    dequantize(t.view, file_row(t.rows, row, t.shape[0], config_) * width, out);
  if (t.factor != 1)
    for (float& value : out) value *= t.factor;
  if (t.offset != 0 && !random_init_)
    for (float& value : out) value += t.offset;
}

void Model::read_transposed(const BoundTensor& t, std::int64_t first_row, Matrix out) const {
  const auto place = [&](std::int64_t r) { return file_row(t.rows, first_row + r, t.shape[0], config_); };
  std::vector<std::int64_t> places;
  for (std::int64_t r = 0; r < out.rows; ++r) places.push_back(place(r));
  const auto [low, high] = std::ranges::minmax(places);
  std::vector<float> piece(static_cast<std::size_t>(high + 1 - low));
  for (std::int64_t column = 0; column < out.cols; ++column) {
    dequantize(t.view, column * t.shape[0] + low, piece);
    for (std::int64_t r = 0; r < out.rows; ++r) out.row(r)[column] = t.factor * piece[places[r] - low];
  }
}

std::vector<float> Model::vector(const std::string& name) const {
  if (!has(name)) return {};
  const BoundTensor& t = tensor(name);
  std::vector<float> out(static_cast<std::size_t>(t.shape[0]));
  for (std::size_t r = 0; r < out.size(); ++r) read_row(t, static_cast<std::int64_t>(r), std::span(out).subspan(r, 1));
  return out;
}

std::vector<float> Model::vectors(const std::vector<std::string>& names) const {
  std::vector<float> out;
  for (const auto& name : names) {
    const auto part = vector(name);
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

NormWeights Model::norm(const std::string& name) const {
  NormWeights norm{vector(name + ".w"), vector(name + ".b")};
  if (config_.norm == NormKind::layer) norm.bias.resize(norm.gain.size());  // zeros if it has none
  return norm;
}

NormWeights Model::norm_of_heads(const std::string& name) const {
  NormWeights all = norm(name);
  for (std::int64_t h = 0; has(fmt::format("{}.{}.w", name, h)); ++h) {
    const NormWeights own = norm(fmt::format("{}.{}", name, h));
    all.gain.insert(all.gain.end(), own.gain.begin(), own.gain.end());
    all.bias.insert(all.bias.end(), own.bias.begin(), own.bias.end());
  }
  return all;
}

RowReader Model::stack(const std::vector<std::string>& names) const {
  std::vector<const BoundTensor*> parts;
  std::int64_t n_rows = 0;
  for (const auto& name : names) n_rows += parts.emplace_back(&tensor(name))->shape[0];
  if (parts.size() == 1 && parts[0]->transposed && !random_init_)
    return {n_rows, parts[0]->shape[1],
            [this, part = parts[0]](std::int64_t first_row, Matrix out) { read_transposed(*part, first_row, out); }};
  return {n_rows, parts[0]->shape[1], [this, parts](std::int64_t first_row, Matrix out) {
            for (std::int64_t r = 0; r < out.rows; ++r) {
              std::int64_t row = first_row + r;
              auto part = parts.begin();
              for (; row >= (*part)->shape[0]; ++part) row -= (*part)->shape[0];
              read_row(**part, row, {out.row(r), static_cast<std::size_t>(out.cols)});
            }
          }};
}

namespace {

/// The matrices that an MLP reads its input with, gate first, or their biases: `kind` is "W" or "b".
std::vector<std::string> names_of_gate(const ModelConfig& c, const std::string& mlp, const std::string& kind) {
  if (!c.gated_mlp) return {mlp + kind + "_in"};
  if (c.fused_gate) return {mlp + kind + "_gate_in"};
  return {mlp + kind + "_gate", mlp + kind + "_in"};
}

}  // namespace

MlpWeights Model::mlp(const std::string& name, std::int64_t d_mlp) const {
  const RowReader gate_in = stack(names_of_gate(config_, name, "W"));
  MlpWeights w;
  if (config_.gated_mlp) w.gate = gate_in.block(0, d_mlp);
  w.in = gate_in.block(gate_in.rows - d_mlp, d_mlp);
  w.out = stack({name + "W_out"});
  w.in_bias = vectors(names_of_gate(config_, name, "b"));
  if (config_.gated_mlp && !w.in_bias.empty()) {
    w.gate_bias.assign(w.in_bias.begin(), w.in_bias.begin() + d_mlp);
    w.in_bias.erase(w.in_bias.begin(), w.in_bias.begin() + d_mlp);
  }
  w.out_bias = vector(name + "b_out");
  return w;
}

MlpWeights Model::expert(std::int64_t layer, std::int64_t expert) const {
  return mlp(name_of_expert(layer, expert), config_.experts->d_mlp);
}

LayerWeights Model::layer(std::int64_t index) const {
  const std::string block = fmt::format("blocks.{}.", index);
  const std::string attn = block + "attn.";
  using Names = std::vector<std::string>;
  LayerWeights w;
  w.ln1 = norm(block + "ln1");
  w.ln2 = config_.shared_norm ? w.ln1 : norm(block + "ln2");
  w.ln1_post = norm(block + "ln1_post");
  w.ln2_post = norm(block + "ln2_post");
  w.q_norm = norm_of_heads(attn + "q_norm");
  w.k_norm = norm_of_heads(attn + "k_norm");
  w.sinks = vector(attn + "sinks");
  const RowReader qkv =
      stack(config_.fused_qkv ? Names{attn + "W_QKV"} : Names{attn + "W_Q", attn + "W_K", attn + "W_V"});
  const std::int64_t n_q = config_.n_heads * config_.d_head;
  w.q = qkv.block(0, n_q);
  w.kv = qkv.block(n_q, qkv.rows - n_q);
  w.o = stack({attn + "W_O"});
  if (config_.has_experts(index))
    w.router = stack({block + "mlp.W_router"}), w.router_bias = vector(block + "mlp.b_router");
  else
    w.mlp = mlp(block + "mlp.", config_.d_mlp);
  const auto bias =
      vectors(config_.fused_qkv ? Names{attn + "b_QKV"} : Names{attn + "b_Q", attn + "b_K", attn + "b_V"});
  const auto end_of_q = bias.begin() + std::min(n_q, std::ssize(bias));
  w.q_bias.assign(bias.begin(), end_of_q);
  w.kv_bias.assign(end_of_q, bias.end());
  w.o_bias = vector(attn + "b_O");
  return w;
}

void Model::read_ahead(std::int64_t layer) const {
  if (!random_init_) for_layer(tensors_, layer, needed_soon);
}

void Model::read_ahead(std::int64_t layer, std::int64_t expert) const {
  if (!random_init_) for_tensors(tensors_, name_of_expert(layer, expert), needed_soon);
}

void Model::release(std::int64_t layer) const { for_layer(tensors_, layer, not_needed); }

void Model::release(std::int64_t layer, std::int64_t expert) const {
  for_tensors(tensors_, name_of_expert(layer, expert), not_needed);
}

HostMatrix Model::rows_of(const std::string& name, std::span<const std::int32_t> ids) const {
  const BoundTensor& t = tensor(name);
  const std::int64_t width = t.shape[1];
  HostMatrix out{std::vector<float>(ids.size() * static_cast<std::size_t>(width)),
                 static_cast<std::int64_t>(ids.size()), width};
  for (std::size_t i = 0; i < ids.size(); ++i)
    read_row(t, ids[i], std::span(out.values).subspan(i * static_cast<std::size_t>(width), width));
  return out;
}

HostMatrix Model::embed(std::span<const std::int32_t> ids) const {
  HostMatrix rows = rows_of("embed.W_E", ids);
  for (float& value : rows.values) value *= config_.embed_scale;
  return rows;
}

HostMatrix Model::unembed(std::span<const std::int32_t> ids) const {
  HostMatrix rows = rows_of(config_.tied_embeddings ? "embed.W_E" : "unembed.W_U", ids);
  if (config_.logit_scale != 1)
    for (float& value : rows.values) value *= config_.logit_scale;
  return rows;
}

HostMatrix Model::pos_embed(std::span<const std::int32_t> positions) const {
  return rows_of("pos_embed.W_pos", positions);
}

NormWeights Model::final_norm() const { return norm("ln_final"); }

}  // namespace partwise::internal
