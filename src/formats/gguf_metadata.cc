#include "formats/gguf_metadata.h"

#include <string>

#include "base/json.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

constexpr int kMaxArrayDepth = 4;

/// Bytes of one element; 0 for strings and arrays, whose elements differ in length.
std::uint64_t fixed_size(GgufType type) {
  switch (type) {
    case GgufType::u8:
    case GgufType::i8:
    case GgufType::boolean:
      return 1;
    case GgufType::u16:
    case GgufType::i16:
      return 2;
    case GgufType::u32:
    case GgufType::i32:
    case GgufType::f32:
      return 4;
    case GgufType::u64:
    case GgufType::i64:
    case GgufType::f64:
      return 8;
    default:
      return 0;
  }
}

GgufType take_type(GgufCursor& cursor, std::string_view key) {
  const auto number = cursor.take<std::uint32_t>(key);
  if (number > static_cast<std::uint32_t>(GgufType::f64)) {
    cursor.fail(fmt::format("the value of '{}' has type {}, which GGUF does not know", key, number));
  }
  return static_cast<GgufType>(number);
}

/// An array's element type and count. The count is checked against the rest of the file.
GgufValue take_array_header(GgufCursor& cursor, std::string_view key) {
  const GgufType type = take_type(cursor, key);
  const std::uint64_t least = type == GgufType::string ? 8 : type == GgufType::array ? 12 : fixed_size(type);
  const auto count = cursor.take<std::uint64_t>(key);
  cursor.check_count(count, least, fmt::format("elements in '{}'", key));
  return {true, type, count, cursor.position()};
}

void skip_elements(GgufCursor& cursor, const GgufValue& array, std::string_view key, int depth) {
  if (depth > kMaxArrayDepth) cursor.fail(fmt::format("the arrays in '{}' are nested too deeply", key));
  if (const std::uint64_t size = fixed_size(array.type)) {
    cursor.skip(array.count * size, key);
    return;
  }
  for (std::uint64_t i = 0; i < array.count; ++i) {
    if (array.type == GgufType::string) {
      cursor.take_string(key);
    } else {
      skip_elements(cursor, take_array_header(cursor, key), key, depth + 1);
    }
  }
}

bool take_bool(GgufCursor& cursor, std::string_view key) {
  const auto byte = cursor.take<std::uint8_t>(key);
  if (byte > 1) cursor.fail(fmt::format("'{}' is neither true nor false but {}", key, byte));
  return byte == 1;
}

}  // namespace

GgufValue scan_gguf_value(GgufCursor& cursor, std::string_view key) {
  const GgufType type = take_type(cursor, key);
  if (type != GgufType::array) {
    const GgufValue scalar{false, type, 1, cursor.position()};
    read_gguf_scalar(cursor, type, key);
    return scalar;
  }
  const GgufValue array = take_array_header(cursor, key);
  skip_elements(cursor, array, key, 1);
  return array;
}

Json read_gguf_scalar(GgufCursor& cursor, GgufType type, std::string_view key) {
  switch (type) {
    case GgufType::u8:
      return cursor.take<std::uint8_t>(key);
    case GgufType::i8:
      return cursor.take<std::int8_t>(key);
    case GgufType::u16:
      return cursor.take<std::uint16_t>(key);
    case GgufType::i16:
      return cursor.take<std::int16_t>(key);
    case GgufType::u32:
      return cursor.take<std::uint32_t>(key);
    case GgufType::i32:
      return cursor.take<std::int32_t>(key);
    case GgufType::u64:
      return cursor.take<std::uint64_t>(key);
    case GgufType::i64:
      return cursor.take<std::int64_t>(key);
    case GgufType::f32:
      return cursor.take<float>(key);
    case GgufType::f64:
      return cursor.take<double>(key);
    case GgufType::boolean:
      return take_bool(cursor, key);
    case GgufType::string:
      return replace_invalid_utf8(cursor.take_string(key));
    case GgufType::array:
      break;
  }
  cursor.fail(fmt::format("'{}' holds an array where a single value is expected", key));
}

}  // namespace partwise::internal
