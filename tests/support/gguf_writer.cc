#include "support/gguf_writer.h"

#include <map>

#include "support/paths.h"

namespace partwise::internal::test {

namespace {

template <class T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string with_length(std::string_view text) { return raw(std::uint64_t{text.size()}) + std::string(text); }

template <class T>
std::string array(std::uint32_t type, const std::vector<T>& values) {
  std::string bytes = raw(type) + raw(std::uint64_t{values.size()});
  for (const T& value : values) {
    if constexpr (std::is_same_v<T, std::string>) {
      bytes += with_length(value);
    } else {
      bytes += raw(value);
    }
  }
  return bytes;
}

std::uint32_t type_number(DType dtype) {
  static const std::map<DType, std::uint32_t> numbers = {
      {DType::f32, 0},  {DType::f16, 1},   {DType::q4_0, 2},  {DType::q4_1, 3},  {DType::q5_0, 6}, {DType::q5_1, 7},
      {DType::q8_0, 8}, {DType::q4_k, 12}, {DType::q5_k, 13}, {DType::q6_k, 14}, {DType::i8, 24},  {DType::i16, 25},
      {DType::i32, 26}, {DType::i64, 27},  {DType::f64, 28},  {DType::bf16, 30}};
  return numbers.at(dtype);
}

}  // namespace

GgufWriter::GgufWriter(std::uint32_t version, std::uint32_t alignment) : version_(version), alignment_(alignment) {
  if (alignment != 32) add("general.alignment", alignment);
}

GgufWriter& GgufWriter::add_raw(std::string_view key, std::uint32_t type, std::string_view bytes) {
  values_ += with_length(key) + raw(type) + std::string(bytes);
  ++n_values_;
  return *this;
}

GgufWriter& GgufWriter::add(std::string_view key, std::uint16_t value) { return add_raw(key, 2, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, std::uint32_t value) { return add_raw(key, 4, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, std::int32_t value) { return add_raw(key, 5, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, float value) { return add_raw(key, 6, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, bool value) { return add_raw(key, 7, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, std::uint64_t value) { return add_raw(key, 10, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, std::int64_t value) { return add_raw(key, 11, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, double value) { return add_raw(key, 12, raw(value)); }
GgufWriter& GgufWriter::add(std::string_view key, const char* value) { return add_raw(key, 8, with_length(value)); }
GgufWriter& GgufWriter::add(std::string_view key, const std::string& value) {
  return add_raw(key, 8, with_length(value));
}

GgufWriter& GgufWriter::add(std::string_view key, const std::vector<std::string>& values) {
  return add_raw(key, 9, array(8, values));
}

GgufWriter& GgufWriter::add(std::string_view key, const std::vector<float>& values) {
  return add_raw(key, 9, array(6, values));
}

GgufWriter& GgufWriter::add(std::string_view key, const std::vector<std::int32_t>& values) {
  return add_raw(key, 9, array(5, values));
}

GgufWriter& GgufWriter::add_tensor_entry(std::string_view name, std::uint32_t type, const Shape& shape,
                                         std::uint64_t offset) {
  table_ += with_length(name) + raw(static_cast<std::uint32_t>(shape.size()));
  for (auto axis = shape.rbegin(); axis != shape.rend(); ++axis) table_ += raw(static_cast<std::uint64_t>(*axis));
  table_ += raw(type) + raw(offset);
  ++n_tensors_;
  return *this;
}

GgufWriter& GgufWriter::add_tensor(std::string_view name, DType dtype, const Shape& shape, std::string_view bytes) {
  add_tensor_entry(name, type_number(dtype), shape, data_.size());
  data_ += bytes;
  data_.resize((data_.size() + alignment_ - 1) / alignment_ * alignment_, '\0');
  return *this;
}

GgufWriter& GgufWriter::add_tensor(std::string_view name, const Shape& shape, const std::vector<float>& values) {
  return add_tensor(name, DType::f32, shape,
                    {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

std::string GgufWriter::bytes() const {
  std::string file = "GGUF" + raw(version_) + raw(n_tensors_) + raw(n_values_) + values_ + table_;
  file.resize((file.size() + alignment_ - 1) / alignment_ * alignment_, '\0');
  return file + data_;
}

void GgufWriter::write(const std::filesystem::path& path) const { write_file(path, bytes()); }

}  // namespace partwise::internal::test
