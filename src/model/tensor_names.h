// Translates the names of a file's tensors to those of the architecture's table: prefixes that change nothing are
// dropped.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/checkpoint.h"
#include "model/architecture.h"

namespace partwise::internal {

struct NamedTensor {
  std::string in_file;  // its name in the file
  TensorView view;
};
/// By the names of the table.
using NamedTensors = std::map<std::string, NamedTensor>;

/// GGUF files have one way to name tensors. In a folder
/// - parts of names that wrappers of training put in ("module.", "_orig_mod.", ...) are dropped,
/// - a prefix that every tensor has is dropped ("base_model.model."),
/// - the base model's prefix ("model.", "gpt_neox.") is put before the names of a base model that was saved alone.
/// Errors: bad_data if two tensors get the same name.
NamedTensors name_as_table(const Checkpoint& checkpoint, const std::vector<TensorSpec>& table);

/// Whether a name in a folder is that of the unembedding. Tied models need not have one.
bool is_head(std::string_view name);

/// Whether the tensor is a buffer that programs store beside weights but compute anew: causal masks, rotary frequencies
/// and tables, position ids, of any type. They are recognised by their name in the file and their shape.
bool is_buffer(std::string_view name, const TensorView& view);

/// The name with * for every part that is a number: "blk.*.attn_q.weight".
std::string pattern_of_tensor(const std::string& name);

}  // namespace partwise::internal
