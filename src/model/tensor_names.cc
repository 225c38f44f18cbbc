#include "model/tensor_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"

namespace partwise::internal {

namespace {

/// Parts of dotted names that torch's DataParallel, compile, FSDP and activation checkpointing insert.
bool is_wrapper(std::string_view part) {
  return part == "module" || part == "_orig_mod" || part == "_fsdp_wrapped_module" ||
         part == "_checkpoint_wrapped_module";
}

/// The parts of a name between its dots.
std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t end = std::min(name.find('.', from), name.size());
    parts.push_back(name.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

std::string without_wrappers(std::string_view name) {
  std::vector<std::string_view> parts = parts_of(name);
  std::erase_if(parts, is_wrapper);
  return fmt::format("{}", fmt::join(parts, "."));
}

/// Renames all tensors. It is an error if two get the same name.
template <class Rename>
NamedTensors renamed(const Checkpoint& checkpoint, const NamedTensors& tensors, const Rename& rename) {
  NamedTensors result;
  for (const auto& [name, tensor] : tensors) {
    const auto [place, added] = result.emplace(rename(name), tensor);
    if (added) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: tensors '{}' and '{}' are one by their names", checkpoint.path().string(),
                            place->second.in_file, tensor.in_file),
                "save the model with one name for each of its tensors");
  }
  return result;
}

/// The prefix of all names that leaves a tensor called `wanted` if it is dropped.
std::string shared_prefix(const NamedTensors& tensors, const std::string& wanted) {
  const auto ends_so = [&](const auto& entry) { return entry.first.ends_with("." + wanted); };
  const auto found = std::find_if(tensors.begin(), tensors.end(), ends_so);
  if (found == tensors.end()) return "";
  const std::string prefix = found->first.substr(0, found->first.size() - wanted.size());
  const bool shared = std::all_of(tensors.begin(), tensors.end(), [&](auto& t) { return t.first.starts_with(prefix); });
  return shared ? prefix : "";
}

NamedTensors as_in_file(const Checkpoint& checkpoint) {
  NamedTensors tensors;
  for (const auto& [name, view] : checkpoint.tensors()) tensors[name] = {name, view};
  return tensors;
}

}  // namespace

NamedTensors name_as_table(const Checkpoint& checkpoint, const std::vector<TensorSpec>& table) {
  NamedTensors tensors = as_in_file(checkpoint);
  const std::string& embedding = table.front().hugging_face.name;  // "model.embed_tokens.weight"
  if (checkpoint.format() == "gguf") return tensors;
  tensors = renamed(checkpoint, tensors, without_wrappers);
  if (tensors.contains(embedding)) return tensors;
  const std::string base = embedding.substr(0, embedding.find('.') + 1), bare = embedding.substr(base.size());
  for (const std::string& wanted : {embedding, bare}) {
    if (tensors.contains(embedding) || tensors.contains(bare)) break;
    const std::string prefix = shared_prefix(tensors, wanted);
    tensors = renamed(checkpoint, tensors, [&](const std::string& name) { return name.substr(prefix.size()); });
  }
  if (!tensors.contains(bare)) return tensors;
  return renamed(checkpoint, tensors,
                 [&](const std::string& name) { return is_head(name) || name == "lm_head.bias" ? name : base + name; });
}

bool is_head(std::string_view name) { return name == "lm_head.weight" || name == "embed_out.weight"; }

bool is_buffer(std::string_view name, const TensorView& view) {
  const std::vector<std::string_view> parts = parts_of(name);
  const std::string_view last = parts.back(), parent = parts.size() > 1 ? parts[parts.size() - 2] : "";
  if (last.ends_with("inv_freq") || last == "cos_cached" || last == "sin_cached")
    return parent.starts_with("rotary") || parent == "rope";
  if (last == "position_ids" || last == "causal_mask" || last == "masked_bias") return true;
  if (parent == "attn_rot_embd" || last == "attn_rot_embd") return true;  // the frequencies in older GGUF files
  const Shape& shape = view.shape;                                        // [1, 1, n, n]
  const bool mask = shape.size() == 4 && shape[0] == 1 && shape[1] == 1 && shape[2] == shape[3];
  return last == "bias" && (parent == "attention" || parent == "self_attn" || parent == "attn") && mask;
}

std::string pattern_of_tensor(const std::string& name) {
  std::vector<std::string_view> parts = parts_of(name);
  for (std::string_view& part : parts)
    if (!part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos) part = "*";
  return fmt::format("{}", fmt::join(parts, "."));
}

}  // namespace partwise::internal
