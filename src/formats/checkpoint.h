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

namespace partwise::internal {

/// An opened model folder or file. Tensors are views of mapped files that the object keeps open.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;

  /// "gguf" or "hugging-face".
  virtual std::string_view format() const = 0;
  /// hugging-face: config.json. gguf: the metadata as one flat object ("llama.block_count": 30). It includes arrays of
  /// up to 1,024 elements. Longer arrays (the vocabulary) and the bookkeeping keys of split files are left out.
  virtual const Json& config() const = 0;
  /// By the file's own names.
  virtual const std::map<std::string, TensorView>& tensors() const = 0;
  /// The path that the user gave, and all files that were read for it.
  virtual const std::filesystem::path& path() const = 0;
  virtual std::vector<std::filesystem::path> files() const = 0;
};

/// Opens a Hugging Face folder (config.json and safetensors, sharded or not; `path` may also be one of these files), or
/// a GGUF file (v2 or v3; `path` may be any part of a split file, the other parts are found beside it). The content
/// decides which format it is, not the name. Every offset, count and shape is checked against the file's size. Errors:
/// missing_input, bad_data. Both name file and field. If a folder holds only pytorch_model.bin, the error names the
/// command that converts it.
std::unique_ptr<Checkpoint> open_checkpoint(const std::filesystem::path& path);

/// A format is one file in formats/checkpoints/, which adds one of these to the list (cmake/registry.cmake).
struct CheckpointFormat {
  std::string_view name;
  bool (*probe)(const std::filesystem::path&);  // the path exists
  std::unique_ptr<Checkpoint> (*open)(const std::filesystem::path&);
};
/// Sorted by name.
const std::vector<CheckpointFormat>& checkpoint_formats();

/// SHA-256 over the configuration, the tensor table (names, types, shapes), and the first and last 64 KiB of each
/// tensor; with `full_hash` over the whole of each tensor.
std::string fingerprint(const Checkpoint& checkpoint, bool full_hash = false);

}  // namespace partwise::internal
