// GGUF v2 and v3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/json_fwd.h"
#include "tensor/tensor_view.h"

namespace partwise::internal {

/// One GGUF file, which may be one part of a split model, or hold only a tokenizer. The constructor checks the header,
/// every metadata value and every tensor's place against the file's size. It copies no array: arrays are read on
/// demand. Errors: missing_input, bad_data. Both name the file and the key or tensor.
class GgufFile {
 public:
  explicit GgufFile(const std::filesystem::path& path);
  ~GgufFile();
  GgufFile(GgufFile&&) noexcept;
  GgufFile& operator=(GgufFile&&) noexcept;

  /// A scalar or string as JSON; nullopt if the key is missing or holds an array.
  std::optional<Json> value(std::string_view key) const;
  bool has(std::string_view key) const;
  /// Whole arrays. Errors: bad_data if the key is missing or has another type.
  std::vector<std::string> strings(std::string_view key) const;  // raw bytes, not checked for UTF-8
  std::vector<std::int64_t> integers(std::string_view key) const;
  std::vector<float> floats(std::string_view key) const;
  /// The number of elements of such an array, and one of them. Errors: as above, and bad_data for an index past the
  /// end.
  std::int64_t count(std::string_view key) const;
  std::string string_at(std::string_view key, std::int64_t index) const;
  /// The flat object of Checkpoint::config().
  Json metadata() const;
  const std::map<std::string, TensorView>& tensors() const;
  const std::filesystem::path& path() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace partwise::internal
