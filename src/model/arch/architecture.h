// What an architecture is to the rest of the program: one file in this folder that fills in one of
// these and registers it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/checkpoint.h"
#include "model/config.h"

namespace partwise {

/// How rows of a tensor in a GGUF file become ours.
enum class GgufRows {
  same,
  /// ggml rotates neighbours (2j, 2j + 1), Hugging Face and we rotate halves (j, j + r): row 2j + i of
  /// a head in the file is our row j + i r.
  interleaved_rotary,
};

/// One tensor: our name (TransformerLens spelling), what it must look like, and the names it goes by.
struct TensorSpec {
  std::string name;
  Shape shape;
  std::string hugging_face;
  std::string gguf;
  GgufRows gguf_rows = GgufRows::same;
};

struct Architecture {
  std::string_view name;
  std::vector<std::string_view> hugging_face_types;  // values of config.json's model_type
  std::vector<std::string_view> gguf_architectures;  // values of general.architecture

  /// Errors: bad_data naming the key.
  ModelConfig (*read_config)(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown);
  /// Every tensor the model has, embeddings first, then layer by layer.
  std::vector<TensorSpec> (*tensors)(const ModelConfig& config);
  /// Whether a tensor that is in the file but not in the table can be passed over.
  bool (*is_neutral_tensor)(std::string_view file_name);
};

const std::vector<Architecture>& architectures();
/// Errors: bad_data naming the unknown architecture and those that there are.
const Architecture& find_architecture(const Checkpoint& checkpoint);

/// A static object of this type in an architecture's file adds it.
struct RegisterArchitecture {
  explicit RegisterArchitecture(Architecture architecture);
};

}  // namespace partwise
