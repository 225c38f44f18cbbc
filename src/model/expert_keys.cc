#include "model/expert_keys.h"

#include <fmt/format.h>

namespace partwise::internal {
namespace {

/// The table of tensors gets an entry per layer and expert before tensors are counted, so their number is limited.
constexpr std::int64_t kMostExperts = 1 << 17;  // in all layers

/// Errors: bad_data, naming the keys.
void check_experts(const ConfigReader& keys, const ModelConfig& c, const ExpertsConfig& e, std::string_view n_experts,
                   std::string_view n_used) {
  if (e.n_experts > kMostExperts / c.n_layers)
    keys.fail(n_experts, fmt::format("is {} in {} layers, more than any model has", e.n_experts, c.n_layers));
  if (e.n_used > e.n_experts) keys.fail(n_used, fmt::format("is {}, and there are {} experts", e.n_used, e.n_experts));
}

}  // namespace

ExpertsConfig read_experts(ConfigReader& keys, const ModelConfig& c, const ExpertKeys& names) {
  const std::string_view other = names.n_experts == "num_experts" ? "num_local_experts" : "num_experts",
                         given = keys.names(other) && !keys.names(names.n_experts) ? other : names.n_experts;
  ExpertsConfig e;
  e.n_experts = keys.size(given);
  if (given != other && keys.names(other)) keys.expect(other, e.n_experts, fmt::format("'{}' says the same", given));
  e.n_used = keys.size("num_experts_per_tok");
  e.d_mlp = keys.size(names.d_mlp);
  check_experts(keys, c, e, given, "num_experts_per_tok");
  keys.neutral({"output_router_logits", "router_aux_loss_coef", "router_jitter_noise"});  // of training
  return e;
}

std::optional<ExpertsConfig> read_gguf_experts(ConfigReader& keys, const std::string& prefix,
                                               const Checkpoint& checkpoint, const ModelConfig& c, bool normalised) {
  const std::string first = prefix + "expert_";
  ExpertsConfig e;
  e.n_experts = keys.count(first + "count", 0);
  if (e.n_experts == 0) {
    keys.expect(first + "used_count", 0, "there are no experts");
    return {};
  }
  e.n_used = keys.size(first + "used_count");
  e.d_mlp = keys.size(first + "feed_forward_length", c.d_mlp);
  e.normalised = keys.flag(first + "weights_norm", normalised);
  e.split_in_gguf = checkpoint.tensors().contains("blk.0.ffn_gate.0.weight");
  constexpr int kSoftmax = 1, kSoftmaxOfChosen = 3;  // as llama.cpp counts its functions
  keys.expect(first + "gating_func", prefix == "gpt-oss." ? kSoftmaxOfChosen : kSoftmax,
              "experts are weighed by a softmax");
  if (keys.number(first + "weights_scale", 0) != 0)  // 0: not scaled
    keys.expect(first + "weights_scale", 1, "weights of experts are not scaled");
  keys.expect(first + "shared_count", 0, "no expert is shared by all tokens");
  check_experts(keys, c, e, first + "count", first + "used_count");
  return e;
}

namespace {

/// The tensors of one layer's experts.
class ExpertTable {
 public:
  ExpertTable(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer, const ExpertNames& names)
      : table_(table),
        e_(*c.experts),
        has_bias_(c.mlp_bias),
        names_(names),
        ours_(fmt::format("blocks.{}.mlp.", layer)),
        hugging_face_(fmt::format("model.layers.{}.", layer)),
        gguf_(fmt::format("blk.{}.", layer)) {}

  void add_router(std::int64_t d_model) {
    const std::string in_folder = fmt::format("{}{}.", hugging_face_, names_.router), in_gguf = gguf_ + "ffn_gate_inp.";
    table_.push_back({ours_ + "W_router", {e_.n_experts, d_model}, in_folder + "weight", in_gguf + "weight"});
    if (e_.router_bias) table_.push_back({ours_ + "b_router", {e_.n_experts}, in_folder + "bias", in_gguf + "bias"});
  }

  /// A matrix of one expert, and its bias if it has one.
  void add(std::int64_t expert, const char* name, const Shape& shape, std::string_view in_folder,
           std::string_view in_gguf, RowOrder rows = RowOrder::same) {
    const std::string ours = fmt::format("{}experts.{}.", ours_, expert);
    table_.push_back({fmt::format("{}W_{}", ours, name), shape, folder_matrix(expert, in_folder, rows),
                      gguf_tensor(expert, in_gguf, "weight")});
    if (!has_bias_) return;
    InFile bias = slice(expert, fmt::format("{}{}.{}_bias", hugging_face_, names_.experts, in_folder));
    bias.rows = rows;
    table_.push_back({fmt::format("{}b_{}", ours, name), {shape[0]}, bias, gguf_tensor(expert, in_gguf, "bias")});
  }

 private:
  InFile slice(std::int64_t expert, const std::string& name) const {
    InFile in_file(name);
    in_file.slice = expert;
    in_file.n_slices = e_.n_experts;
    return in_file;
  }

  InFile folder_matrix(std::int64_t expert, std::string_view name, RowOrder rows) const {
    const std::string experts = fmt::format("{}{}", hugging_face_, names_.experts);
    if (!names_.stacked) return {fmt::format("{}.{}.{}.weight", experts, expert, name)};
    InFile stacked = slice(expert, fmt::format("{}.{}", experts, name));
    stacked.rows = rows;
    stacked.mxfp4 = e_.mxfp4;
    stacked.transposed = names_.transposed && !e_.mxfp4;
    return stacked;
  }

  InFile gguf_tensor(std::int64_t expert, std::string_view name, const char* kind) const {
    if (e_.split_in_gguf) return {fmt::format("{}{}.{}.{}", gguf_, name, expert, kind)};
    return slice(expert, fmt::format("{}{}_exps.{}", gguf_, name, kind));
  }

  std::vector<TensorSpec>& table_;
  const ExpertsConfig& e_;
  bool has_bias_;
  const ExpertNames& names_;
  std::string ours_, hugging_face_, gguf_;
};

}  // namespace

void add_experts(std::vector<TensorSpec>& table, const ModelConfig& c, std::int64_t layer, const ExpertNames& names) {
  const std::int64_t d_mlp = c.experts->d_mlp;
  ExpertTable experts(table, c, layer, names);
  experts.add_router(c.d_model);
  for (std::int64_t i = 0; i < c.experts->n_experts; ++i) {
    if (c.fused_gate) {
      experts.add(i, "gate_in", {2 * d_mlp, c.d_model}, names.gate_in, "ffn_gate_up", names.gate_in_rows);
    } else {
      experts.add(i, "gate", {d_mlp, c.d_model}, names.gate, "ffn_gate");
      experts.add(i, "in", {d_mlp, c.d_model}, names.in, "ffn_up");
    }
    experts.add(i, "out", {c.d_model, d_mlp}, names.out, "ffn_down");
  }
}

}  // namespace partwise::internal
