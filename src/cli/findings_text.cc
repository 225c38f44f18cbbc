#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "cli/findings.h"
#include "formats/checkpoint.h"
#include "report/text/text_table.h"

namespace partwise {

namespace {

void print_line(Console& console, std::string_view name, const std::string& value) {
  console.print(fmt::format("{:14}{}\n", name, value));
}

void print_files(Console& console, const Checkpoint& checkpoint) {
  print_line(console, "format", std::string(checkpoint.format()));
  for (const auto& file : checkpoint.files()) {
    print_line(console, "file", fmt::format("{}, {}", file.string(), format_bytes(std::filesystem::file_size(file))));
  }
  for (const auto& [type, use] : types_of(checkpoint)) {
    print_line(console, "weights", fmt::format("{} {} tensors, {}", use.tensors, type, format_bytes(use.bytes)));
  }
}

/// "RMSNorm before and after attention and MLP, and of each head's queries and keys"
std::string describe_norms(const ModelConfig& c) {
  const char* place = c.pre_norms && c.post_norms ? "before and after" : c.pre_norms ? "before" : "after";
  const char* of_queries = c.qk_norm == QkNorm::none    ? ""
                           : c.qk_norm == QkNorm::heads ? ", and of each head's queries and keys"
                                                        : ", and of all queries and all keys";
  return fmt::format("{} {} attention and MLP{}", norm_name(c.norm), place, of_queries);
}

std::string describe_mlp(const ModelConfig& c) {
  return fmt::format("width {}, {}{}{}", c.d_mlp, c.gated_mlp ? "gated " : "", activation_name(c.activation),
                     c.parallel_residual ? ", beside attention" : "");
}

/// "default, theta 1000000, 16 of 64 dimensions; theta 10000 in layers with a window"
std::string describe_rope(const ModelConfig& c) {
  std::string text = fmt::format("{}, theta {}", c.rope.type, c.rope.theta);
  if (c.rotary_width() < c.d_head) text += fmt::format(", {} of {} dimensions", c.rotary_width(), c.d_head);
  if (c.local_rope) text += fmt::format("; theta {} in layers with a window", c.local_rope->theta);
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

void print_model(Console& console, const Model& model) {
  const ModelConfig& c = model.config();
  print_line(console, "architecture", c.arch);
  print_line(console, "parameters", format_count(model.n_parameters()));
  print_line(console, "layers", fmt::format("{} of width {}", c.n_layers, c.d_model));
  print_line(console, "heads",
             fmt::format("{} of width {} a layer, {} for keys and values", c.n_heads, c.d_head, c.n_kv_heads));
  print_line(console, "MLPs", describe_mlp(c));
  print_line(console, "norms", describe_norms(c));
  print_line(console, "components",
             fmt::format("{}: {} heads and {} MLPs", format_count(c.n_layers * (c.n_heads + 1)),
                         format_count(c.n_layers * c.n_heads), c.n_layers));
  print_line(console, "vocabulary", format_count(c.d_vocab) + (c.tied_embeddings ? ", embeddings tied" : ""));
  print_line(console, "context", format_count(c.n_ctx) + " tokens");
  print_line(console, "rope", describe_rope(c));
  if (const std::string windows = describe_windows(c); !windows.empty()) print_line(console, "window", windows);
}

void print_memory(Console& console, const PassMemory& memory) {
  print_line(console, "memory",
             fmt::format("{} for the weights of a layer, one at a time", format_bytes(memory.bytes_per_layer)));
  print_line(console, "",
             fmt::format("{} for each distinct token of the prompts: {} of them at once in the default --memory",
                         format_bytes(memory.bytes_per_row), format_count(memory.rows_at_once())));
}

/// "1 '<s>'"; "none".
std::string describe_marker(const std::optional<TokenizerOutline::Marker>& marker) {
  return marker ? fmt::format("{} '{}'", marker->id, replace_invalid_utf8(marker->text)) : "none";
}

void print_tokenizer(Console& console, const TokenizerOutline& tokenizer) {
  print_line(console, "tokenizer",
             fmt::format("{}, {} entries", tokenizer.description, format_count(tokenizer.vocab_size)));
  print_line(
      console, "BOS",
      fmt::format("{}, {}", describe_marker(tokenizer.bos), tokenizer.adds_bos ? "put in front" : "not put in front"));
  print_line(console, "EOS", describe_marker(tokenizer.eos));
}

void print_tensors(Console& console, const Checkpoint& checkpoint) {
  TextColumn name{.left = true, .cells = {}}, shape = name, type = name, count = name;
  for (const TensorPattern& tensor : tensor_patterns(checkpoint)) {
    name.cells.push_back({replace_invalid_utf8(tensor.pattern)});
    shape.cells.push_back({to_string(tensor.shape)});
    type.cells.push_back({tensor.type});
    count.cells.push_back({tensor.count > 1 ? fmt::format("x{}", tensor.count) : ""});
  }
  console.print(fmt::format("tensors\n{}", text_table({name, shape, type, count}, false)));
}

}  // namespace

void print_findings(Console& console, const Findings& found) {
  if (!found.place.commit.empty()) {
    print_line(console, "model", found.place.name);
    print_line(console, "commit", found.place.commit);
  }
  if (found.checkpoint) print_files(console, *found.checkpoint);
  if (found.model) print_model(console, *found.model);
  if (found.model) print_memory(console, pass_memory(found.model->config()));
  if (found.tokenizer) print_tokenizer(console, *found.tokenizer);
  if (found.usable() && !found.tokenizer) print_line(console, "tokenizer", "none: prompts must come as ids");
  if (found.checkpoint) print_tensors(console, *found.checkpoint);
  for (const Error& refusal : found.refusals) print_line(console, "refused", refusal.what());
}

}  // namespace partwise
