#include "report/data/model.h"

#include "base/json.h"
#include "base/utf8.h"
#include "formats/checkpoint.h"

namespace partwise::internal {

namespace {

/// "fingerprint" is the one that runs record. It covers the model that is used, which may be only a part of the files.
OrderedJson files_json(const Checkpoint& checkpoint, const std::optional<Model>& model) {
  OrderedJson files = OrderedJson::array(), types = OrderedJson::object(), tensors = OrderedJson::array();
  for (const auto& file : checkpoint.files()) {
    files.push_back({{"path", file.string()}, {"bytes", std::filesystem::file_size(file)}});
  }
  for (const auto& [type, use] : types_of(checkpoint)) types[type] = {{"tensors", use.tensors}, {"bytes", use.bytes}};
  for (const TensorPattern& t : tensor_patterns(checkpoint)) {
    tensors.push_back({{"pattern", t.pattern}, {"shape", t.shape}, {"type", t.type}, {"count", t.count}});
  }
  return {{"format", checkpoint.format()},
          {"files", files},
          {"n_tensors", checkpoint.tensors().size()},
          {"tensor_types", types},
          {"tensors", tensors},
          {"fingerprint", fingerprint(model ? model->checkpoint() : checkpoint)}};
}

OrderedJson rope_json(const RopeConfig& rope) {
  return {
      {"type", rope.type}, {"theta", rope.theta}, {"factor", rope.factor}, {"attention_factor", rope.attention_factor}};
}

OrderedJson experts_json(const ExpertsConfig& experts) {
  return {{"n_experts", experts.n_experts},
          {"n_used", experts.n_used},
          {"d_mlp", experts.d_mlp},
          {"normalised", experts.normalised}};
}

/// What each layer is.
OrderedJson layers_json(const ModelConfig& c) {
  OrderedJson layers = OrderedJson::array();
  for (std::int64_t l = 0; l < c.n_layers; ++l)
    layers.push_back({{"mixer", "attention"},
                      {"window", c.window(l)},
                      {"rotated", c.is_rotated(l)},
                      {"feed_forward", c.has_experts(l) ? "experts" : "mlp"}});
  return layers;
}

OrderedJson model_json(const Model& model) {
  const ModelConfig& c = model.config();
  return {{"architecture", c.arch},
          {"n_parameters", model.n_parameters()},
          {"n_active_parameters", model.n_active_parameters()},
          {"n_components", c.n_components()},
          {"n_layers", c.n_layers},
          {"n_heads", c.n_heads},
          {"n_kv_heads", c.n_kv_heads},
          {"d_model", c.d_model},
          {"d_head", c.d_head},
          {"d_mlp", c.d_mlp},
          {"d_vocab", c.d_vocab},
          {"n_ctx", c.n_ctx},
          {"norm", norm_name(c.norm)},
          {"norm_eps", c.norm_eps},
          {"pre_norms", c.pre_norms},
          {"post_norms", c.post_norms},
          {"qk_norm", qk_norm_name(c.qk_norm)},
          {"parallel_residual", c.parallel_residual},
          {"activation", activation_name(c.activation)},
          {"gated_mlp", c.gated_mlp},
          {"experts", c.experts ? experts_json(*c.experts) : OrderedJson()},
          {"layers", layers_json(c)},
          {"windows", c.windows},
          {"d_rotary", c.rotary_width()},
          {"rope", rope_json(c.rope)},
          {"local_rope", c.local_rope ? rope_json(*c.local_rope) : OrderedJson()},
          {"unrotated", c.unrotated},
          {"learned_positions", c.learned_positions},
          {"embed_scale", c.embed_scale},
          {"residual_scale", c.residual_scale},
          {"logit_scale", c.logit_scale},
          {"attn_scale", c.attn_scale},
          {"attn_scale_by_layer", c.attn_scale_by_layer},
          {"attn_cap", c.attn_cap},
          {"logit_cap", c.logit_cap},
          {"tied_embeddings", c.tied_embeddings},
          {"qkv_bias", c.qkv_bias},
          {"o_bias", c.o_bias},
          {"mlp_bias", c.mlp_bias}};
}

OrderedJson memory_json(const PassMemory& memory) {
  return {{"bytes_per_layer", memory.bytes_per_layer},
          {"bytes_per_row", memory.bytes_per_row},
          {"default_memory", memory.default_memory},
          {"rows_at_once", memory.rows_at_once()}};
}

/// {"id": 1, "text": "<s>"}; null if there is no marker.
OrderedJson marker_json(const std::optional<TokenizerOutline::Marker>& marker) {
  if (!marker) return nullptr;
  return {{"id", marker->id}, {"text", replace_invalid_utf8(marker->text)}};
}

OrderedJson tokenizer_json(const TokenizerOutline& tokenizer) {
  return {{"description", tokenizer.description},
          {"vocab_size", tokenizer.vocab_size},
          {"bos", marker_json(tokenizer.bos)},
          {"eos", marker_json(tokenizer.eos)},
          {"adds_bos", tokenizer.adds_bos}};
}

}  // namespace

OrderedJson findings_json(const Findings& found) {
  OrderedJson refused = OrderedJson::array(), commit;
  for (const Error& refusal : found.refusals) refused.push_back(refusal.what());
  if (!found.place.commit.empty()) commit = found.place.commit;
  return {{"path", found.place.path.string()},
          {"name", found.place.name},
          {"commit", commit},
          {"usable", found.usable()},
          {"refused", refused},
          {"checkpoint", found.checkpoint ? files_json(*found.checkpoint, found.model) : OrderedJson()},
          {"model", found.model ? model_json(*found.model) : OrderedJson()},
          {"memory", found.model ? memory_json(pass_memory(found.model->config())) : OrderedJson()},
          {"tokenizer", found.tokenizer ? tokenizer_json(*found.tokenizer) : OrderedJson()}};
}

}  // namespace partwise::internal
