#include "model/gpt_family.h"

#include <fmt/format.h>

#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// Newer architectures have another name for the same size, which transformers takes as well.
std::int64_t size_under(ConfigReader& keys, const char* own, const char* newer) {
  if (keys.names(newer) && !keys.names(own)) return keys.size(newer);
  const std::int64_t size = keys.size(own);
  keys.expect(newer, size, fmt::format("it is '{}'", own));
  return size;
}

}  // namespace

void read_gpt_sizes(ConfigReader& keys, ModelConfig& c) {
  c.n_layers = read_n_layers(keys, keys.names("n_layer") ? "n_layer" : "num_hidden_layers");
  keys.expect("num_hidden_layers", c.n_layers, "it is 'n_layer'");
  c.n_heads = c.n_kv_heads = size_under(keys, "n_head", "num_attention_heads");
  c.d_model = size_under(keys, "n_embd", "hidden_size");
  c.n_ctx = size_under(keys, "n_positions", "max_position_embeddings");
  keys.expect("n_ctx", c.n_ctx, "it is 'n_positions'");
  if (c.d_model % c.n_heads != 0)
    keys.fail("n_embd", fmt::format("is {}, which {} heads cannot share", c.d_model, c.n_heads));
  c.d_head = c.d_model / c.n_heads;
  c.d_mlp = keys.size("n_inner", 4 * c.d_model);
  c.d_vocab = keys.size("vocab_size");
}

Activation read_gpt_activation(ConfigReader& keys) {
  const std::string name = keys.text("activation_function", "gelu_new");
  if (is_tanh_gelu(name)) return Activation::gelu_tanh;
  if (name == "gelu") return Activation::gelu;
  keys.fail("activation_function", fmt::format("is '{}', which is not supported", name));
}

}  // namespace partwise::internal
