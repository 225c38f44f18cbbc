#include "report/text/model.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "formats/checkpoint.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

void add_fact(std::string& text, std::string_view name, const std::string& value) {
  text += fmt::format("{:14}{}\n", name, value);
}

void add_files(std::string& text, const Checkpoint& checkpoint) {
  add_fact(text, "format", std::string(checkpoint.format()));
  for (const auto& file : checkpoint.files()) {
    add_fact(text, "file", fmt::format("{}, {}", file.string(), format_bytes(std::filesystem::file_size(file))));
  }
  for (const auto& [type, use] : types_of(checkpoint)) {
    add_fact(
        text, "weights",
        fmt::format("{} {} tensor{}, {}", use.tensors, type, use.tensors == 1 ? "" : "s", format_bytes(use.bytes)));
  }
}

/// "RMSNorm before and after attention and MLP, and of each head's queries and keys"
std::string describe_norms(const ModelConfig& c) {
  const char* place = c.pre_norms && c.post_norms ? "before and after" : c.pre_norms ? "before" : "after";
  const char* of_queries = c.qk_norm == QkNorm::none   ? ""
                           : c.qk_norm != QkNorm::rows ? ", and of each head's queries and keys"
                                                       : ", and of all queries and all keys";
  return fmt::format("{} {} attention and MLP{}", norm_name(c.norm), place, of_queries);
}

/// "256 tokens"
std::string describe_context(const ModelConfig& c) {
  const std::string text = format_count(c.n_ctx) + " tokens";
  return c.rope.type == "longrope" ? text + ", as far as LongRoPE's short factors go" : text;
}

std::string describe_mlp(const ModelConfig& c) {
  return fmt::format("width {}, {}{}{}", c.d_mlp, c.gated_mlp ? "gated " : "", activation_name(c.activation),
                     c.parallel_residual ? ", beside attention" : "");
}

/// "128 of width 768, of which each token has 8, in 47 of 48 layers"
std::string describe_experts(const ModelConfig& c) {
  const ExpertsConfig& e = *c.experts;
  const auto n_dense = std::ranges::count(e.dense, true);
  std::string text = fmt::format("{} of width {}, of which each token has {}", e.n_experts, e.d_mlp, e.n_used);
  if (n_dense > 0) text += fmt::format(", in {} of {} layers", c.n_layers - n_dense, c.n_layers);
  return text;
}

/// "default, theta 1000000, 16 of 64 dimensions; theta 10000 in layers with a window; 9 of 36 layers are not rotated"
std::string describe_rope(const ModelConfig& c) {
  if (!c.is_rotated_anywhere()) return c.learned_positions ? "none: each position has a learned row" : "none";
  std::string text = fmt::format("{}, theta {}", c.rope.type, c.rope.theta);
  if (c.rotary_width() < c.d_head) text += fmt::format(", {} of {} dimensions", c.rotary_width(), c.d_head);
  if (c.local_rope) text += fmt::format("; theta {} in layers with a window", c.local_rope->theta);
  if (!c.unrotated.empty())
    text += fmt::format("; {} of {} layers are not rotated", std::ranges::count(c.unrotated, true), c.n_layers);
  return text;
}

/// "512 tokens in 15 of 18 layers"
std::string describe_windows(const ModelConfig& c) {
  std::map<std::int64_t, std::int64_t> layers_of;
  for (std::int64_t window : c.windows) ++layers_of[window];
  layers_of.erase(0);
  std::string text;
  for (const auto& [window, layers] : layers_of) {
    text += fmt::format("{}{} tokens in {} of {} layers", text.empty() ? "" : ", ", window, layers, c.n_layers);
  }
  return text;
}

/// "scores at 50, logits at 30"
std::string describe_caps(const ModelConfig& c) {
  std::string text = c.attn_cap > 0 ? fmt::format("scores at {}", c.attn_cap) : "";
  if (c.logit_cap > 0) text += fmt::format("{}logits at {}", text.empty() ? "" : ", ", c.logit_cap);
  return text;
}

/// "embedding 12, blocks 0.22, logits 0.125"
std::string describe_multipliers(const ModelConfig& c) {
  std::string text;
  const auto add = [&](const char* what, float by) {
    if (by != 1) text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", what, by);
  };
  add("embedding", c.embed_scale);
  add("blocks", c.residual_scale);
  add("logits", c.logit_scale);
  return text;
}

void add_model(std::string& text, const Model& model) {
  const ModelConfig& c = model.config();
  add_fact(text, "architecture", c.arch);
  const std::string active =
      c.experts ? fmt::format(", of which a token uses {}", format_count(model.n_active_parameters())) : "";
  add_fact(text, "parameters", format_count(model.n_parameters()) + active);
  add_fact(text, "layers", fmt::format("{} of width {}", c.n_layers, c.d_model));
  add_fact(text, "heads",
           fmt::format("{} of width {} a layer, {} for keys and values", c.n_heads, c.d_head, c.n_kv_heads));
  const bool has_mlps = !c.experts || std::ranges::count(c.experts->dense, true) > 0;
  if (has_mlps) add_fact(text, "MLPs", describe_mlp(c));
  if (c.experts) add_fact(text, "experts", describe_experts(c));
  add_fact(text, "norms", describe_norms(c));
  add_fact(text, "components",
           fmt::format("{}: {} heads and {} MLPs", format_count(c.n_components()), format_count(c.n_layers * c.n_heads),
                       c.n_layers));
  add_fact(text, "vocabulary", format_count(c.d_vocab) + (c.tied_embeddings ? ", embeddings tied" : ""));
  add_fact(text, "context", describe_context(c));
  add_fact(text, "rope", describe_rope(c));
  if (const std::string windows = describe_windows(c); !windows.empty()) add_fact(text, "window", windows);
  if (const std::string caps = describe_caps(c); !caps.empty()) add_fact(text, "caps", caps);
  if (const std::string factors = describe_multipliers(c); !factors.empty()) add_fact(text, "multipliers", factors);
}

void add_memory(std::string& text, const PassMemory& memory) {
  add_fact(text, "memory",
           fmt::format("{} for the weights of a layer, one at a time", format_bytes(memory.bytes_per_layer)));
  add_fact(text, "",
           fmt::format("{} for each distinct token of the prompts: {} of them at once by default",
                       format_bytes(memory.bytes_per_row), format_count(memory.rows_at_once())));
}

/// "1 '<s>'", or "none".
std::string describe_marker(const std::optional<TokenizerOutline::Marker>& marker) {
  return marker ? fmt::format("{} '{}'", marker->id, replace_invalid_utf8(marker->text)) : "none";
}

void add_tokenizer(std::string& text, const TokenizerOutline& tokenizer) {
  add_fact(text, "tokenizer", fmt::format("{}, {} entries", tokenizer.description, format_count(tokenizer.vocab_size)));
  add_fact(
      text, "BOS",
      fmt::format("{}, {}", describe_marker(tokenizer.bos), tokenizer.adds_bos ? "put in front" : "not put in front"));
  add_fact(text, "EOS", describe_marker(tokenizer.eos));
}

void add_tensors(std::string& text, const Checkpoint& checkpoint) {
  TextColumn name{.left = true, .cells = {}}, shape = name, type = name, count = name;
  for (const TensorPattern& tensor : tensor_patterns(checkpoint)) {
    name.cells.push_back({replace_invalid_utf8(tensor.pattern)});
    shape.cells.push_back({to_string(tensor.shape)});
    type.cells.push_back({tensor.type});
    count.cells.push_back({tensor.count > 1 ? fmt::format("x{}", tensor.count) : ""});
  }
  text += fmt::format("tensors\n{}", text_table({name, shape, type, count}, false));
}

}  // namespace

std::string findings_text(const Findings& found) {
  std::string text;
  if (!found.place.commit.empty()) {
    add_fact(text, "model", found.place.name);
    add_fact(text, "commit", found.place.commit);
  }
  if (found.checkpoint) add_files(text, *found.checkpoint);
  if (found.model) add_model(text, *found.model);
  if (found.model) add_memory(text, pass_memory(found.model->config()));
  if (found.tokenizer) add_tokenizer(text, *found.tokenizer);
  if (found.usable() && !found.tokenizer) add_fact(text, "tokenizer", "none: prompts must come as ids");
  if (found.checkpoint) add_tensors(text, *found.checkpoint);
  for (const Error& refusal : found.refusals) add_fact(text, "refused", refusal.what());
  return text;
}

}  // namespace partwise::internal
