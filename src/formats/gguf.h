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

namespace partwise {

/// One GGUF file (one part of a split model); a file of nothing but a tokenizer is one, too. Opening checks the
/// header, every metadata value and every tensor's place against the file's size, but copies no array: long ones are
/// read on demand. Errors: missing_input, bad_data (each names the file and the key or tensor).
class GgufFile {
 public:
  explicit GgufFile(const std::filesystem::path& path);
  ~GgufFile();
  GgufFile(GgufFile&&) noexcept;
  GgufFile& operator=(GgufFile&&) noexcept;

  /// Scalars and strings as JSON; nothing where the key is missing or holds an array.
  std::optional<Json> value(std::string_view key) const;
  bool has(std::string_view key) const;
  /// Whole arrays. Errors: bad_data where the key is missing or of another type.
  std::vector<std::string> strings(std::string_view key) const;  // raw bytes, not checked for UTF-8
  std::vector<std::int64_t> integers(std::string_view key) const;
  std::vector<float> floats(std::string_view key) const;
  /// How many elements such an array has, and one of them: an index past the end is bad_data, too.
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

}  // namespace partwise
