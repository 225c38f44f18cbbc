// Makes GGUF files for tests: tiny models, tokenizers without a model, and files to damage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/tensor_view.h"

namespace partwise::internal::test {

class GgufWriter {
 public:
  /// `alignment` is written as general.alignment if it is not 32.
  explicit GgufWriter(std::uint32_t version = 3, std::uint32_t alignment = 32);

  // Metadata, in the order of the calls.
  GgufWriter& add(std::string_view key, std::uint32_t value);
  GgufWriter& add(std::string_view key, std::int32_t value);
  GgufWriter& add(std::string_view key, std::uint64_t value);
  GgufWriter& add(std::string_view key, std::int64_t value);
  GgufWriter& add(std::string_view key, std::uint16_t value);
  GgufWriter& add(std::string_view key, float value);
  GgufWriter& add(std::string_view key, double value);
  GgufWriter& add(std::string_view key, bool value);
  GgufWriter& add(std::string_view key, const char* value);
  GgufWriter& add(std::string_view key, const std::string& value);
  GgufWriter& add(std::string_view key, const std::vector<std::string>& values);
  GgufWriter& add(std::string_view key, const std::vector<float>& values);
  GgufWriter& add(std::string_view key, const std::vector<std::int32_t>& values);
  /// A value with any type number, whose bytes are written unchanged.
  GgufWriter& add_raw(std::string_view key, std::uint32_t type, std::string_view bytes);

  /// Tensors. Shapes are in C order and reversed in the file. `bytes` must fit the shape, except in a test of that
  /// error.
  GgufWriter& add_tensor(std::string_view name, DType dtype, const Shape& shape, std::string_view bytes);
  GgufWriter& add_tensor(std::string_view name, const Shape& shape, const std::vector<float>& values);  // F32
  /// An entry of the tensor table with any type number and any offset.
  GgufWriter& add_tensor_entry(std::string_view name, std::uint32_t type, const Shape& shape, std::uint64_t offset);

  /// The content of the file.
  std::string bytes() const;
  void write(const std::filesystem::path& path) const;

 private:
  std::uint32_t version_, alignment_;
  std::uint64_t n_values_ = 0, n_tensors_ = 0;
  std::string values_, table_, data_;
};

}  // namespace partwise::internal::test
