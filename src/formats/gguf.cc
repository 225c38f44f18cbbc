#include "formats/gguf.h"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "formats/gguf_cursor.h"
#include "formats/gguf_metadata.h"
#include "formats/gguf_tensors.h"

namespace partwise::internal {

namespace {

constexpr std::uint64_t kLongestListedArray = 1024;

void check_magic(GgufCursor& cursor) {
  const auto magic = cursor.take<std::uint32_t>("the first four bytes");
  if (magic != std::bit_cast<std::uint32_t>(std::array{'G', 'G', 'U', 'F'})) {
    cursor.fail("this is not a GGUF file", "give a GGUF file or a Hugging Face folder");
  }
}

void check_version(GgufCursor& cursor) {
  const auto version = cursor.take<std::uint32_t>("the version");
  if (version == 2 || version == 3) return;
  if (version == 0x02000000 || version == 0x03000000) {
    cursor.fail("this GGUF file is for big-endian machines", "get the file for little-endian ones");
  }
  cursor.fail(fmt::format("GGUF version {} cannot be read, only 2 and 3", version), "get a newer file of the model");
}

std::string_view take_key(GgufCursor& cursor) {
  const std::string_view key = cursor.take_string("a metadata key");
  if (find_invalid_utf8(key) != std::string_view::npos) cursor.fail("a metadata key is not valid UTF-8");
  return key;
}

}  // namespace

struct GgufFile::Impl {
  explicit Impl(const std::filesystem::path& path);

  GgufCursor cursor(std::size_t position = 0) const { return {file.bytes(), file.path().string(), position}; }
  const GgufValue* find(std::string_view key) const;
  /// Calls `take(cursor)` for each element of the array `key`, which must hold elements of an accepted type.
  template <class Accepts, class Take>
  void for_each(std::string_view key, const char* kind, Accepts accepts, Take take) const;
  /// Errors: bad_data if there is no such array of the type that `kind` names.
  const GgufValue& array(std::string_view key, const char* kind) const;
  std::uint64_t alignment() const;

  MappedFile file;
  std::map<std::string_view, GgufValue> values;  // keys lie in the file
  std::map<std::string, TensorView> tensors;
};

GgufFile::Impl::Impl(const std::filesystem::path& path) : file(path) {
  GgufCursor at = cursor();
  check_magic(at);
  check_version(at);
  const auto n_tensors = at.take<std::uint64_t>("the number of tensors");
  const auto n_values = at.take<std::uint64_t>("the number of metadata values");
  constexpr std::uint64_t least_value = 8 + 4 + 1;  // length of the key, type, one byte
  at.check_count(n_values, least_value, "metadata values");
  for (std::uint64_t i = 0; i < n_values; ++i) {
    const std::string_view key = take_key(at);
    if (!values.emplace(key, scan_gguf_value(at, key)).second) {
      at.fail(fmt::format("the metadata key '{}' is there twice", key));
    }
  }
  tensors = read_gguf_tensors(at, file.bytes(), n_tensors, alignment());
}

const GgufValue* GgufFile::Impl::find(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

std::uint64_t GgufFile::Impl::alignment() const {
  const GgufValue* value = find("general.alignment");
  if (!value) return 32;
  GgufCursor at = cursor(value->offset);
  const Json alignment = value->is_array ? Json() : read_gguf_scalar(at, value->type, "general.alignment");
  if (!alignment.is_number_unsigned() || !std::has_single_bit(alignment.get<std::uint64_t>()) ||
      alignment.get<std::uint64_t>() > UINT32_MAX) {
    at.fail(fmt::format("general.alignment is {}, which is not a power of two", alignment.dump()));
  }
  return alignment.get<std::uint64_t>();
}

const GgufValue& GgufFile::Impl::array(std::string_view key, const char* kind) const {
  const GgufValue* value = find(key);
  if (!value) cursor().fail(fmt::format("the metadata key '{}' is missing", key), "get a complete file of the model");
  if (!value->is_array) cursor().fail(fmt::format("'{}' is not an array of {}", key, kind));
  return *value;
}

template <class Accepts, class Take>
void GgufFile::Impl::for_each(std::string_view key, const char* kind, Accepts accepts, Take take) const {
  const GgufValue& value = array(key, kind);
  if (!accepts(value.type)) cursor().fail(fmt::format("'{}' is not an array of {}", key, kind));
  GgufCursor at = cursor(value.offset);
  for (std::uint64_t i = 0; i < value.count; ++i) take(at, value.type);
}

GgufFile::GgufFile(const std::filesystem::path& path) : impl_(std::make_unique<Impl>(path)) {}
GgufFile::~GgufFile() = default;
GgufFile::GgufFile(GgufFile&&) noexcept = default;
GgufFile& GgufFile::operator=(GgufFile&&) noexcept = default;

bool GgufFile::has(std::string_view key) const { return impl_->find(key) != nullptr; }
const std::map<std::string, TensorView>& GgufFile::tensors() const { return impl_->tensors; }
const std::filesystem::path& GgufFile::path() const { return impl_->file.path(); }

std::optional<Json> GgufFile::value(std::string_view key) const {
  const GgufValue* value = impl_->find(key);
  if (!value || value->is_array) return std::nullopt;
  GgufCursor at = impl_->cursor(value->offset);
  return read_gguf_scalar(at, value->type, key);
}

std::vector<std::string> GgufFile::strings(std::string_view key) const {
  std::vector<std::string> strings;
  impl_->for_each(
      key, "strings", [](GgufType type) { return type == GgufType::string; },
      [&](GgufCursor& at, GgufType) { strings.emplace_back(at.take_string(key)); });
  return strings;
}

std::vector<std::int64_t> GgufFile::integers(std::string_view key) const {
  const auto is_integer = [](GgufType type) {
    return type <= GgufType::i32 || type == GgufType::u64 || type == GgufType::i64;
  };
  std::vector<std::int64_t> integers;
  impl_->for_each(key, "integers", is_integer, [&](GgufCursor& at, GgufType type) {
    const Json number = read_gguf_scalar(at, type, key);
    integers.push_back(number.get<std::int64_t>());
    if (number.is_number_unsigned() && integers.back() < 0) {
      at.fail(fmt::format("'{}' holds {}, which is too large", key, number.dump()));
    }
  });
  return integers;
}

std::vector<float> GgufFile::floats(std::string_view key) const {
  const auto is_float = [](GgufType type) { return type == GgufType::f32 || type == GgufType::f64; };
  std::vector<float> floats;
  impl_->for_each(key, "floating-point numbers", is_float, [&](GgufCursor& at, GgufType type) {
    floats.push_back(read_gguf_scalar(at, type, key).get<float>());
  });
  return floats;
}

std::int64_t GgufFile::count(std::string_view key) const {
  return static_cast<std::int64_t>(impl_->array(key, "elements").count);
}

std::string GgufFile::string_at(std::string_view key, std::int64_t index) const {
  const GgufValue& value = impl_->array(key, "strings");
  GgufCursor at = impl_->cursor(value.offset);
  if (value.type != GgufType::string) at.fail(fmt::format("'{}' is not an array of strings", key));
  if (index < 0 || index >= count(key)) at.fail(fmt::format("'{}' has no element {}", key, index));
  for (; index > 0; --index) at.take_string(key);
  return std::string(at.take_string(key));
}

Json GgufFile::metadata() const {
  Json all = Json::object();
  for (const auto& [key, value] : impl_->values) {
    if (value.type == GgufType::array || value.count > kLongestListedArray) continue;
    GgufCursor at = impl_->cursor(value.offset);
    Json& entry = all[std::string(key)];
    if (!value.is_array) {
      entry = read_gguf_scalar(at, value.type, key);
      continue;
    }
    entry = Json::array();
    for (std::uint64_t i = 0; i < value.count; ++i) entry.push_back(read_gguf_scalar(at, value.type, key));
  }
  return all;
}

}  // namespace partwise::internal
