// safetensors: an 8-byte header length, a JSON header, and the tensors' bytes.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "tensor/tensor_view.h"

namespace partwise {

/// A mapped safetensors file. Errors: missing_input, bad_data (header longer than the file, offsets outside of it or
/// overlapping, bytes that belong to no tensor, a size that does not match type and shape, unknown types: named).
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  MappedFile file_;
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Writes tensors (in the order given, without gaps, the first at a multiple of 64 bytes) and metadata through an
/// OutputFile that the caller commits. Types are those of plain numbers.
void write_safetensors(OutputFile& out, const std::vector<std::pair<std::string, TensorView>>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace partwise
