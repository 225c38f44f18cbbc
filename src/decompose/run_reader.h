// The tensors of a run file, each checked as it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/advice.h"
#include "formats/safetensors.h"
#include "tensor/array.h"

namespace partwise::internal {

/// The type of a tensor whose values are of type T.
template <class T>
inline constexpr DType kTensorType = std::is_same_v<T, float> ? DType::f32 : DType::i32;

/// All errors are bad_data and name the file.
class RunReader {
 public:
  /// Errors: those of SafetensorsFile; for a file of a known other kind, bad_data that says which.
  explicit RunReader(const std::filesystem::path& path);

  bool has(const std::string& name) const { return file_.tensors().contains(name); }
  const SafetensorsFile& file() const { return file_; }
  DType type_of(const std::string& name) const { return file_.tensors().at(name).dtype; }

  [[noreturn]] void fail(const std::string& what, Advice advice = {}) const;

  /// A tensor with so many axes.
  template <class T>
  const TensorView& tensor(const std::string& name, std::size_t rank) const {
    return tensor(name, rank, {&kTensorType<T>, 1});
  }
  template <class T>
  void copy(const std::string& name, const Shape& shape, std::span<T> out) const {
    copy_bytes(name, shape, kTensorType<T>, std::as_writable_bytes(out));
  }

  Array<float> floats(const std::string& name, const Shape& shape) const;
  Array<float> floats_if_there(const std::string& name, const Shape& shape) const;
  /// A tensor [..., width] with the given axes and any width, in float32 or bfloat16; empty if there is no such tensor.
  Array<float> stored_if_there(const std::string& name, Shape shape) const;
  /// A tensor with values in [low, high].  [n]
  std::vector<std::int32_t> integers(const std::string& name, std::int64_t n, std::int64_t low,
                                     std::int64_t high) const;

 private:
  const TensorView& tensor(const std::string& name, std::size_t rank, std::span<const DType> types) const;
  void check_shape(const std::string& name, const TensorView& view, const Shape& shape) const;
  void check_finite(const std::string& name, std::span<const float> values) const;
  void copy_bytes(const std::string& name, const Shape& shape, DType type, std::span<std::byte> out) const;

  SafetensorsFile file_;
};

}  // namespace partwise::internal
