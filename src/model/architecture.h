// What an architecture is: one file in model/arch/, which adds one of these to the list (cmake/registry.cmake).
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/checkpoint.h"
#include "model/config.h"
#include "tensor/mxfp4.h"

namespace partwise::internal {

/// How the rows of a tensor in a file become ours.
enum class RowOrder {
  same,
  /// ggml and GPT-J rotate neighbours (2j, 2j + 1); most of Hugging Face and we rotate halves (j, j + r). Row 2j + i of
  /// a head in the file is our row j + i r. Rows that are not rotated stay.
  interleaved_rotary,
  /// Rows [n_heads, 3, d_head] in the file, each head's q, k and v together; ours are [3, n_heads, d_head].
  interleaved_qkv,
  /// Row 2i in the file is row i of W_gate, row 2i + 1 row i of W_in; ours are all of W_gate, then all of W_in.
  interleaved_gate,
};

/// Row of the file that holds our row `r`, in a matrix (or vector) of n_rows.
std::int64_t file_row(RowOrder rows, std::int64_t r, std::int64_t n_rows, const ModelConfig& config);

/// A tensor's name in one kind of file, and how its rows lie there.
struct InFile {
  InFile(std::string tensor_name, RowOrder row_order = RowOrder::same)  // NOLINT(google-explicit-constructor)
      : name(std::move(tensor_name)), rows(row_order) {}

  /// The shape of our tensor as it lies in the file.
  Shape shape_of(Shape ours) const {
    if (transposed) std::ranges::reverse(ours);
    if (mxfp4) ours = {ours[0], ours[1] / kMxfp4Block, kMxfp4Block / 2};
    if (n_slices > 0) ours.insert(ours.begin(), n_slices);
    return ours;
  }

  std::string name;
  RowOrder rows;
  float factor = 1.0f;                   // the file's values are multiplied by it
  bool transposed = false;               // the file has columns where our matrix has rows: GPT-2's Conv1D
  std::int64_t slice = 0, n_slices = 0;  // ours is this slice of the file's first axis; n_slices 0: the whole tensor
  bool mxfp4 = false;   // the file has two tensors: NAME_blocks, whose bytes hold two numbers each, and NAME_scales
  float offset = 0.0f;  // is added to the file's values: Gemma's Hugging Face folders hold gain - 1
};

/// One tensor: our name (in TransformerLens' spelling), its shape, and its names in files.
struct TensorSpec {
  std::string name;
  Shape shape;
  InFile hugging_face;
  InFile gguf;
};

struct Architecture {
  std::string_view name;
  std::vector<std::string_view> hugging_face_types;  // values of config.json's model_type
  std::vector<std::string_view> gguf_architectures;  // values of general.architecture

  /// Errors: bad_data, naming the key.
  ModelConfig (*read_config)(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown);
  /// Every tensor the model has, embeddings first, then layer by layer.
  std::vector<TensorSpec> (*tensors)(const ModelConfig& config);
  /// Whether a tensor that is in the file but not in the table changes nothing.
  bool (*is_neutral_tensor)(std::string_view file_name);
};

/// By name.
const std::vector<Architecture>& architectures();
/// Errors: bad_data, naming the unknown architecture and the supported ones.
const Architecture& find_architecture(const Checkpoint& checkpoint);

}  // namespace partwise::internal
