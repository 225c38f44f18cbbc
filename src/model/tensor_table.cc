#include "model/tensor_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"

namespace partwise {

namespace {

const TensorView& find_tensor(const Checkpoint& checkpoint, const std::string& name, const Shape& shape) {
  auto it = checkpoint.tensors().find(name);
  if (it == checkpoint.tensors().end())
    throw Error(ErrorCode::bad_data, fmt::format("{}: tensor '{}' is missing", checkpoint.path().string(), name),
                "the file may be incomplete, or its configuration may belong to another model");
  if (it->second.shape != shape)
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor '{}' has shape {}, the configuration asks for {}", checkpoint.path().string(),
                            name, to_string(it->second.shape), to_string(shape)));
  return it->second;
}

/// Blocks of quantised values lie along a row, and the values of a vector are read one by one.
void check_vector(const Checkpoint& checkpoint, const BoundTensor& tensor, const std::string& name_in_file) {
  const DTypeInfo& type = dtype_info(tensor.view.dtype);
  if (tensor.view.shape.size() != 1 || type.block_size == 1) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: tensor '{}' is a vector in {}, which is not supported", checkpoint.path().string(),
                          name_in_file, type.name),
              "norms and biases are F32, F16 or BF16");
}

/// A layer has tensors of its own. The table gets as long as the configuration says, so this comes first.
void check_layers(const Checkpoint& checkpoint, const ModelConfig& config) {
  if (config.n_layers <= std::ssize(checkpoint.tensors())) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the configuration asks for {} layers, but there are only {} tensors",
                          checkpoint.path().string(), config.n_layers, checkpoint.tensors().size()),
              "the file may be incomplete, or its configuration may belong to another model");
}

/// Folders of tied models may carry the unembedding all the same.
bool repeats_embedding(const std::map<std::string, BoundTensor>& bound, const std::string& name,
                       const TensorView& surplus) {
  const auto entry = bound.find("embed.W_E");
  if (entry == bound.end() || (name != "lm_head.weight" && name != "embed_out.weight")) return false;
  const TensorView& embedding = entry->second.view;
  return surplus.dtype == embedding.dtype && surplus.shape == embedding.shape &&
         std::ranges::equal(surplus.bytes, embedding.bytes);
}

void refuse_surplus(const Checkpoint& checkpoint, const Architecture& architecture,
                    const std::map<std::string, BoundTensor>& bound, const std::set<std::string>& known,
                    const std::set<std::string>& allow_unknown) {
  for (const auto& [name, view] : checkpoint.tensors()) {
    if (known.contains(name) || allow_unknown.contains(name) || architecture.is_neutral_tensor(name)) continue;
    if (repeats_embedding(bound, name, view)) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor '{}' is not part of architecture '{}' with this configuration and might change "
                            "the result",
                            checkpoint.path().string(), name, architecture.name),
                fmt::format("if you know that it does not, pass --allow-unknown {}", name));
  }
}

}  // namespace

std::map<std::string, BoundTensor> bind_tensors(const Checkpoint& checkpoint, const Architecture& architecture,
                                                const ModelConfig& config, const std::set<std::string>& allow_unknown) {
  check_layers(checkpoint, config);
  const bool gguf = checkpoint.format() == "gguf";
  std::map<std::string, BoundTensor> bound;
  std::set<std::string> known;
  for (const TensorSpec& spec : architecture.tensors(config)) {
    const InFile& in_file = gguf ? spec.gguf : spec.hugging_face;
    bound[spec.name] = {spec.name, find_tensor(checkpoint, in_file.name, spec.shape), in_file.rows, in_file.offset};
    check_vector(checkpoint, bound[spec.name], in_file.name);
    known.insert(in_file.name);
  }
  refuse_surplus(checkpoint, architecture, bound, known, allow_unknown);
  return bound;
}

}  // namespace partwise
