// The table of tensors in Llama's names.
#include <fmt/format.h>

#include "model/llama_family.h"

namespace partwise::internal {

namespace {

/// The tensors of one layer, in the order of the forward pass.
class LayerTable {
 public:
  LayerTable(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer, RowOrder gguf_rotary)
      : table_(table),
        c_(c),
        ours_(fmt::format("blocks.{}.", layer)),
        hugging_face_(fmt::format("model.layers.{}.", layer)),
        gguf_(fmt::format("blk.{}.", layer)),
        rotary_(gguf_rotary) {}

  void add_norm(std::string_view name, const NormName& in_file, std::int64_t width) {
    if (in_file.hugging_face.empty()) return;
    add(std::string(name) + ".w", {width}, fmt::format("{}.weight", in_file.hugging_face),
        fmt::format("{}.weight", in_file.gguf));
    if (c_.norm == NormKind::layer)
      add(std::string(name) + ".b", {width}, fmt::format("{}.bias", in_file.hugging_face),
          fmt::format("{}.bias", in_file.gguf));
  }

  void add_attention() {
    const std::int64_t n_q = c_.n_heads * c_.d_head, n_kv = c_.n_kv_heads * c_.d_head;
    if (c_.fused_qkv) {
      add_projection("attn", "QKV", {n_q + 2 * n_kv, c_.d_model}, "self_attn.qkv_proj", "attn_qkv", c_.qkv_bias);
    } else {
      add_projection("attn", "Q", {n_q, c_.d_model}, "self_attn.q_proj", "attn_q", c_.qkv_bias, rotary_);
      add_projection("attn", "K", {n_kv, c_.d_model}, "self_attn.k_proj", "attn_k", c_.qkv_bias, rotary_);
      add_projection("attn", "V", {n_kv, c_.d_model}, "self_attn.v_proj", "attn_v", c_.qkv_bias);
    }
    add_projection("attn", "O", {c_.d_model, n_q}, "self_attn.o_proj", "attn_output", c_.o_bias);
    if (c_.sinks) add("attn.sinks", {c_.n_heads}, "self_attn.sinks", "attn_sinks.weight");
    if (c_.qk_norm == QkNorm::none) return;
    if (c_.qk_norm == QkNorm::each_head) {
      add_gains_of_heads('q', c_.n_heads);
      add_gains_of_heads('k', c_.n_kv_heads);
      return;
    }
    const bool whole = c_.qk_norm == QkNorm::rows;
    add_norm("attn.q_norm", {"self_attn.q_norm", "attn_q_norm"}, whole ? n_q : c_.d_head);
    add_norm("attn.k_norm", {"self_attn.k_norm", "attn_k_norm"}, whole ? n_kv : c_.d_head);
  }

  void add_mlp() {
    if (c_.fused_gate) {
      add_projection("mlp", "gate_in", {2 * c_.d_mlp, c_.d_model}, "mlp.gate_up_proj", "ffn_up", c_.mlp_bias);
    } else {
      add_projection("mlp", "gate", {c_.d_mlp, c_.d_model}, "mlp.gate_proj", "ffn_gate", c_.mlp_bias);
      add_projection("mlp", "in", {c_.d_mlp, c_.d_model}, "mlp.up_proj", "ffn_up", c_.mlp_bias);
    }
    add_projection("mlp", "out", {c_.d_model, c_.d_mlp}, "mlp.down_proj", "ffn_down", c_.mlp_bias);
  }

 private:
  void add(const std::string& name, const Shape& shape, const std::string& hugging_face, const std::string& gguf,
           RowOrder gguf_rows = RowOrder::same) {
    table_.push_back({ours_ + name, shape, hugging_face_ + hugging_face, {gguf_ + gguf, gguf_rows}});
  }

  /// A folder has a tensor for each head, a GGUF file a row.
  void add_gains_of_heads(char letter, std::int64_t n_heads) {
    for (std::int64_t h = 0; h < n_heads; ++h) {
      InFile gguf(fmt::format("{}attn_{}_norm.weight", gguf_, letter));
      gguf.slice = h;
      gguf.n_slices = n_heads;
      table_.push_back({fmt::format("{}attn.{}_norm.{}.w", ours_, letter, h),
                        {c_.d_head},
                        fmt::format("{}self_attn.{}_layernorm.norms.{}.weight", hugging_face_, letter, h),
                        gguf});
    }
  }

  void add_projection(const std::string& block, const std::string& letter, const Shape& shape,
                      const std::string& hugging_face, const std::string& gguf, bool has_bias,
                      RowOrder rows = RowOrder::same) {
    add(block + ".W_" + letter, shape, hugging_face + ".weight", gguf + ".weight", rows);
    if (has_bias) add(block + ".b_" + letter, {shape[0]}, hugging_face + ".bias", gguf + ".bias", rows);
  }

  std::vector<TensorSpec>& table_;
  const ModelConfig& c_;
  std::string ours_, hugging_face_, gguf_;
  RowOrder rotary_;
};

}  // namespace

std::vector<TensorSpec> llama_family_tensors(const ModelConfig& c, const FamilyNorms& norms, RowOrder gguf_rotary,
                                             const ExpertNames& experts) {
  std::vector<TensorSpec> table;
  table.push_back({"embed.W_E", {c.d_vocab, c.d_model}, {"model.embed_tokens.weight"}, {"token_embd.weight"}});
  for (std::int64_t l = 0; l < c.n_layers; ++l) {
    LayerTable layer(table, c, l, gguf_rotary);
    if (c.pre_norms) layer.add_norm("ln1", norms.ln1, c.d_model);
    layer.add_attention();
    if (c.post_norms) layer.add_norm("ln1_post", norms.ln1_post, c.d_model);
    if (c.pre_norms) layer.add_norm("ln2", norms.ln2, c.d_model);
    if (c.has_experts(l))
      add_experts(table, c, l, experts);
    else
      layer.add_mlp();
    if (c.post_norms) layer.add_norm("ln2_post", norms.ln2_post, c.d_model);
  }
  table.push_back({"ln_final.w", {c.d_model}, {"model.norm.weight"}, {"output_norm.weight"}});
  if (c.norm == NormKind::layer)
    table.push_back({"ln_final.b", {c.d_model}, {"model.norm.bias"}, {"output_norm.bias"}});
  if (!c.tied_embeddings)
    table.push_back({"unembed.W_U", {c.d_vocab, c.d_model}, {"lm_head.weight"}, {"output.weight"}});
  return table;
}

}  // namespace partwise::internal
