#include "model/model.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise {

namespace {

void check_sizes(const ModelConfig& c, const std::string& path) {
  const auto fail = [&](const std::string& problem) { throw Error(ErrorCode::bad_data, path + ": " + problem); };
  if (c.n_heads % c.n_kv_heads != 0)
    fail(fmt::format("{} query heads cannot share {} key/value heads evenly", c.n_heads, c.n_kv_heads));
  if (c.d_head % 2 != 0) fail(fmt::format("a head of odd width {} cannot be rotated", c.d_head));
  if (c.d_vocab < 1) fail("the vocabulary is empty");
}

/// Row of the file that holds our row `r` (see GgufRows).
std::int64_t file_row(GgufRows rows, std::int64_t r, std::int64_t d_head) {
  if (rows == GgufRows::same) return r;
  const std::int64_t head = r / d_head, in_head = r % d_head, half = d_head / 2;
  return head * d_head + 2 * (in_head % half) + in_head / half;
}

}  // namespace

Model Model::load(const std::filesystem::path& path, const ModelOptions& options) {
  Model model;
  model.checkpoint_ = open_checkpoint(path);
  const Architecture& architecture = find_architecture(*model.checkpoint_);
  model.config_ = architecture.read_config(*model.checkpoint_, options.allow_unknown);
  check_sizes(model.config_, path.string());
  rope_frequencies(model.config_.rope, model.config_.d_head);  // an unknown scaling is refused now, not after an hour
  model.tensors_ = bind_tensors(*model.checkpoint_, architecture, model.config_, options.allow_unknown);
  return model;
}

std::int64_t Model::n_parameters() const {
  std::int64_t n = 0;
  for (const auto& [name, tensor] : tensors_) n += element_count(tensor.view.shape);
  return n;
}

const BoundTensor& Model::tensor(const std::string& name) const {
  auto it = tensors_.find(name);
  check_internal(it != tensors_.end(), "the architecture's table lacks a tensor that the engine asks for");
  return it->second;
}

std::vector<float> Model::vector(const std::string& name) const {
  const BoundTensor& t = tensor(name);
  const std::int64_t n = t.view.shape[0];
  std::vector<float> in_file(static_cast<std::size_t>(n)), out(in_file.size());
  dequantize(t.view, 0, in_file);
  for (std::int64_t r = 0; r < n; ++r) out[r] = in_file[file_row(t.rows, r, config_.d_head)];
  return out;
}

HostMatrix Model::stack(std::initializer_list<std::string> names, int n_threads) const {
  HostMatrix out;
  for (const auto& name : names) {
    const Shape& shape = tensor(name).view.shape;
    out.rows += shape[0];
    out.cols = shape[1];
  }
  out.values.resize(static_cast<std::size_t>(out.rows * out.cols));
  float* place = out.values.data();
  for (const auto& name : names) {
    const BoundTensor& t = tensor(name);
#pragma omp parallel for num_threads(n_threads) schedule(static)
    for (std::int64_t r = 0; r < t.view.shape[0]; ++r)
      dequantize_row(t.view, file_row(t.rows, r, config_.d_head),
                     {place + r * out.cols, static_cast<std::size_t>(out.cols)});
    place += t.view.shape[0] * out.cols;
  }
  return out;
}

std::vector<float> Model::stack_bias(std::initializer_list<std::string> names) const {
  std::vector<float> out;
  for (const auto& name : names) {
    const auto part = vector(name);
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

LayerWeights Model::layer(std::int64_t index, int n_threads) const {
  const std::string block = fmt::format("blocks.{}.", index);
  const std::string attn = block + "attn.", mlp = block + "mlp.";
  LayerWeights w;
  w.ln1 = vector(block + "ln1.w");
  w.ln2 = vector(block + "ln2.w");
  w.qkv = stack({attn + "W_Q", attn + "W_K", attn + "W_V"}, n_threads);
  w.o = stack({attn + "W_O"}, n_threads);
  w.gate_up = stack({mlp + "W_gate", mlp + "W_in"}, n_threads);
  w.down = stack({mlp + "W_out"}, n_threads);
  if (config_.attention_bias) {
    w.qkv_bias = stack_bias({attn + "b_Q", attn + "b_K", attn + "b_V"});
    w.o_bias = vector(attn + "b_O");
  }
  if (config_.mlp_bias) {
    w.gate_up_bias = stack_bias({mlp + "b_gate", mlp + "b_in"});
    w.down_bias = vector(mlp + "b_out");
  }
  return w;
}

HostMatrix Model::rows_of(const std::string& name, std::span<const std::int32_t> ids) const {
  const TensorView& view = tensor(name).view;
  HostMatrix out{std::vector<float>(ids.size() * static_cast<std::size_t>(view.shape[1])),
                 static_cast<std::int64_t>(ids.size()), view.shape[1]};
  for (std::size_t i = 0; i < ids.size(); ++i)
    dequantize_row(view, ids[i], std::span(out.values).subspan(i * out.cols, out.cols));
  return out;
}

HostMatrix Model::embed(std::span<const std::int32_t> ids) const { return rows_of("embed.W_E", ids); }

HostMatrix Model::unembed(std::span<const std::int32_t> ids) const {
  return rows_of(config_.tied_embeddings ? "embed.W_E" : "unembed.W_U", ids);
}

std::vector<float> Model::final_norm() const { return vector("ln_final.w"); }

}  // namespace partwise
