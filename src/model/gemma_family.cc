#include "model/gemma_family.h"

#include <cmath>

namespace partwise::internal {

ModelConfig as_gemma(ModelConfig c, const char* arch) {
  c.arch = arch;
  c.embed_scale = std::sqrt(static_cast<float>(c.d_model));
  c.activation = Activation::gelu_tanh;
  return c;
}

void expect_tanh_gelu(ConfigReader& keys, const char* key) {
  if (!is_tanh_gelu(keys.text(key, "gelu_pytorch_tanh")))
    keys.expect(key, "gelu_pytorch_tanh", "the activation of Gemma");
}

std::vector<TensorSpec> gemma_tensors(const ModelConfig& c) {
  FamilyNorms norms;
  if (c.post_norms)
    norms = {.ln2 = {"pre_feedforward_layernorm", "ffn_norm"},
             .ln1_post = {"post_attention_layernorm", "post_attention_norm"},
             .ln2_post = {"post_feedforward_layernorm", "post_ffw_norm"}};
  auto table = llama_family_tensors(c, norms, RowOrder::same);
  for (TensorSpec& spec : table)
    if (spec.name.ends_with(".w")) spec.hugging_face.offset = 1.0f;
  return table;
}

}  // namespace partwise::internal
