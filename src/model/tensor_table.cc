#include "model/tensor_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/json.h"
#include "model/tensor_names.h"

namespace partwise::internal {

namespace {

/// What the model is instead, if it has no head: mostly this is why the head is missing.
std::string missing_head_hint(const Checkpoint& checkpoint) {
  const Json& config = checkpoint.config();
  const auto classes = config.find("architectures");
  const bool named = classes != config.end() && classes->is_array() && !classes->empty() && (*classes)[0].is_string();
  const std::string name = named ? (*classes)[0].get<std::string>() : "";
  if (named && name.find("CausalLM") == std::string::npos)
    return fmt::format(
        "'architectures' in config.json names {}: that has no head over the vocabulary, so there are no "
        "logits of words; take the language model",
        name);
  return "if the embedding is its head, too, set \"tie_word_embeddings\": true in config.json; else the file is "
         "incomplete, or holds the base model alone";
}

[[noreturn]] void fail_missing(const Checkpoint& checkpoint, const TensorSpec& spec, const std::string& name) {
  const bool head = spec.name == "unembed.W_U" && checkpoint.format() != "gguf";
  throw Error(ErrorCode::bad_data, fmt::format("{}: tensor '{}' is missing", checkpoint.path().string(), name),
              head ? missing_head_hint(checkpoint)
                   : "the file may be incomplete, or its configuration may belong to another model");
}

const NamedTensor& find_tensor(const Checkpoint& checkpoint, const NamedTensors& tensors, const TensorSpec& spec,
                               const InFile& in_file) {
  const auto it = tensors.find(in_file.name);
  if (it == tensors.end()) fail_missing(checkpoint, spec, in_file.name);
  const NamedTensor& tensor = it->second;
  const Shape expected = in_file.shape_of(spec.shape);
  if (tensor.view.shape != expected)
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor '{}' has shape {}, the configuration asks for {}", checkpoint.path().string(),
                            tensor.in_file, to_string(tensor.view.shape), to_string(expected)));
  if (!holds_weights(tensor.view.dtype))
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor '{}' is of type {}, which is not read as weights", checkpoint.path().string(),
                            tensor.in_file, dtype_info(tensor.view.dtype).name),
                "the weights may be quantised in a way of their own: take the model in BF16, F16 or F32, or as GGUF");
  return tensor;
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

/// Every layer has tensors of its own, so a file with few tensors cannot have many layers. This is checked first,
/// because the table gets as long as the configuration says.
void check_layers(const Checkpoint& checkpoint, const ModelConfig& config) {
  if (config.n_layers <= std::ssize(checkpoint.tensors())) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: the configuration asks for {} layers, but there are only {} tensors",
                          checkpoint.path().string(), config.n_layers, checkpoint.tensors().size()),
              "the file may be incomplete, or its configuration may belong to another model");
}

bool is_allowed(const std::string& name, const std::set<std::string>& allow_unknown) {
  return allow_unknown.contains(name) || allow_unknown.contains(pattern_of_tensor(name));
}

bool same_values(const TensorView& a, const TensorView& b) {
  if (a.shape != b.shape || !holds_weights(a.dtype)) return false;
  if (a.dtype == b.dtype) return std::ranges::equal(a.bytes, b.bytes);
  const std::int64_t width = a.shape.empty() ? 1 : a.shape.back(), n = element_count(a.shape);
  std::vector<float> row_of_a(static_cast<std::size_t>(width)), row_of_b(row_of_a);
  for (std::int64_t at = 0; at < n; at += width) {
    dequantize(a, at, row_of_a);
    dequantize(b, at, row_of_b);
    if (row_of_a != row_of_b) return false;
  }
  return true;
}

/// Programs that save a shared matrix only once may use either of its names.
void take_embedding_from_head(NamedTensors& tensors, const std::string& embedding) {
  const auto head = std::find_if(tensors.begin(), tensors.end(), [](const auto& t) { return is_head(t.first); });
  if (head == tensors.end() || tensors.contains(embedding)) return;
  auto node = tensors.extract(head);
  node.key() = embedding;
  tensors.insert(std::move(node));
}

/// Folders of tied models may hold the head as well, but it must be equal to the embedding: programs differ in which of
/// the two they use.
void check_heads(const Checkpoint& checkpoint, const NamedTensors& tensors, const TensorView& embedding,
                 const std::set<std::string>& allow_unknown) {
  for (const auto& [name, head] : tensors) {
    if (!is_head(name) || is_allowed(head.in_file, allow_unknown) || same_values(head.view, embedding)) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensor '{}' is another matrix than the embedding, but 'tie_word_embeddings' says that "
                            "they are one",
                            checkpoint.path().string(), head.in_file),
                "to use it as the head, as transformers 5 does, set \"tie_word_embeddings\": false in config.json; "
                "transformers 4 uses the embedding in its place: for that, save the model without this tensor");
  }
}

/// Names of tensors in the file that we have no use for. Several that differ only in a number are one name:
/// "layers.*.x".
std::vector<std::string> surplus_names(const Architecture& architecture, const NamedTensors& tensors,
                                       const std::set<std::string>& known, const std::set<std::string>& allow_unknown) {
  std::map<std::string, std::vector<std::string>> by_pattern;
  for (const auto& [name, tensor] : tensors) {
    if (known.contains(name) || architecture.is_neutral_tensor(name)) continue;
    if (is_buffer(name, tensor.view) || is_allowed(tensor.in_file, allow_unknown)) continue;
    by_pattern[pattern_of_tensor(tensor.in_file)].push_back(tensor.in_file);
  }
  std::vector<std::string> names;
  for (const auto& [pattern, alike] : by_pattern) names.push_back(alike.size() == 1 ? alike[0] : pattern);
  return names;
}

void refuse_surplus(const Checkpoint& checkpoint, const Architecture& architecture,
                    const std::vector<std::string>& names) {
  if (names.empty()) return;
  const bool one = names.size() == 1 && names[0].find('*') == std::string::npos;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: {} '{}' {} not part of architecture '{}' with this configuration and might change the result",
                  checkpoint.path().string(), one ? "tensor" : "tensors", fmt::join(names, "', '"), one ? "is" : "are",
                  architecture.name),
      {one ? "if you know that it does not, let it pass" : "if you know that none of them does, let them pass",
       allowing(names)});
}

}  // namespace

namespace {

/// The part of a tensor that is ours.
TensorView part_of(const TensorView& tensor, const InFile& in_file) {
  if (in_file.n_slices == 0) return tensor;
  const std::size_t size = tensor.bytes.size() / static_cast<std::size_t>(in_file.n_slices);
  return {tensor.dtype, Shape(tensor.shape.begin() + 1, tensor.shape.end()),
          tensor.bytes.subspan(static_cast<std::size_t>(in_file.slice) * size, size)};
}

}  // namespace

std::map<std::string, BoundTensor> bind_tensors(const Checkpoint& checkpoint, const Architecture& architecture,
                                                const ModelConfig& config, const std::set<std::string>& allow_unknown) {
  check_layers(checkpoint, config);
  const bool gguf = checkpoint.format() == "gguf", tied = !gguf && config.tied_embeddings;
  const std::vector<TensorSpec> table = architecture.tensors(config);
  NamedTensors tensors = name_as_table(checkpoint, table);
  if (tied) take_embedding_from_head(tensors, table.front().hugging_face.name);
  std::map<std::string, BoundTensor> bound;
  std::set<std::string> known;
  for (const TensorSpec& spec : table) {
    const InFile& in_file = gguf ? spec.gguf : spec.hugging_face;
    const NamedTensor& tensor = find_tensor(checkpoint, tensors, spec, in_file);
    bound[spec.name] = {spec.name,      spec.shape,    part_of(tensor.view, in_file), in_file.rows, in_file.transposed,
                        in_file.factor, in_file.offset};
    check_vector(checkpoint, bound[spec.name], tensor.in_file);
    known.insert(in_file.name);
  }
  if (tied) check_heads(checkpoint, tensors, bound.at("embed.W_E").view, allow_unknown);
  if (tied) std::erase_if(tensors, [](const auto& tensor) { return is_head(tensor.first); });
  refuse_surplus(checkpoint, architecture, surplus_names(architecture, tensors, known, allow_unknown));
  return bound;
}

}  // namespace partwise::internal
