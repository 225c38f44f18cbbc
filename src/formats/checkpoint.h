// A model on disk, whatever its format: configuration and named tensors.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "tensor/tensor_view.h"

namespace partwise {

/// An opened model folder or file. Tensors are views of mapped files that the object keeps open.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;

  /// "gguf" or "hugging-face".
  virtual std::string_view format() const = 0;
  /// hugging-face: config.json. gguf: the metadata as one flat object ("llama.block_count": 30), arrays of up to 1,024
  /// elements included, longer ones (the vocabulary) and the keys of a split file's bookkeeping left out.
  virtual const Json& config() const = 0;
  /// By the file's own names.
  virtual const std::map<std::string, TensorView>& tensors() const = 0;
  /// What the user pointed at, and every file that was read for it.
  virtual const std::filesystem::path& path() const = 0;
  virtual std::vector<std::filesystem::path> files() const = 0;
};

/// Opens a Hugging Face folder (config.json and safetensors, sharded or not; also named by one of these files), or a
/// GGUF file (v2, v3; of a split one any part, the others are found beside it). Which it is is decided by content,
/// not by the name. Every offset, count and shape is checked against the file's size.
/// Errors: missing_input, bad_data (each naming file and field; a folder that holds only pytorch_model.bin is refused
/// with the command that converts it).
std::unique_ptr<Checkpoint> open_checkpoint(const std::filesystem::path& path);

/// A format is one file in formats/checkpoints/, which adds one of these to the list (cmake/registry.cmake).
struct CheckpointFormat {
  std::string_view name;
  bool (*probe)(const std::filesystem::path&);  // of a path that is there
  std::unique_ptr<Checkpoint> (*open)(const std::filesystem::path&);
};
/// By name.
const std::vector<CheckpointFormat>& checkpoint_formats();

/// SHA-256 over configuration, tensor table (names, types, shapes) and the first and last 64 KiB
/// of each tensor; with `full_hash` over each tensor whole.
std::string fingerprint(const Checkpoint& checkpoint, bool full_hash = false);

}  // namespace partwise
