// safetensors: an 8-byte header length, a JSON header, and the tensors' bytes.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "tensor/tensor_view.h"

namespace partwise::internal {

/// A mapped safetensors file. Errors: missing_input; bad_data (a header longer than the file, offsets that overlap or
/// lie outside of the file, bytes that belong to no tensor, a size that does not match type and shape, an unknown type,
/// which the error names).
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

/// Writes tensors and metadata through an OutputFile, which the caller commits. Tensors are written in the given order,
/// without gaps, the first one at a multiple of 64 bytes. Only types of plain numbers can be written.
void write_safetensors(OutputFile& out, const std::vector<std::pair<std::string, TensorView>>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace partwise::internal
