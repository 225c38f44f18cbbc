// What a file's tensors are called in the architecture's table: wrappers and prefixes that change nothing are dropped.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/checkpoint.h"
#include "model/architecture.h"

namespace partwise {

struct NamedTensor {
  std::string in_file;  // its name there
  TensorView view;
};
/// By the names of the table.
using NamedTensors = std::map<std::string, NamedTensor>;

/// GGUF files have one way to name tensors. In a folder
/// - parts of names that wrappers of training put in ("module.", "_orig_mod.", ...) are dropped,
/// - a prefix that every tensor has is dropped ("base_model.model."),
/// - the base model's prefix ("model.", "gpt_neox.") is put before the names of a base model that was saved alone.
/// Errors: bad_data where two tensors come to the same name.
NamedTensors name_as_table(const Checkpoint& checkpoint, const std::vector<TensorSpec>& table);

/// Whether a name in a folder is that of the unembedding, which tied models need not have.
bool is_head(std::string_view name);

/// Buffers that a program keeps beside weights and computes anew: causal masks, rotary frequencies and tables, position
/// ids, of any type; by the file's name and the shape.
bool is_buffer(std::string_view name, const TensorView& view);

/// "blk.*.attn_q.weight": parts of the name that are numbers.
std::string pattern_of_tensor(const std::string& name);

}  // namespace partwise
