// The key-value part of a GGUF file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json_fwd.h"
#include "formats/gguf_cursor.h"

namespace partwise::internal {

/// Numbers as in the file.
enum class GgufType : std::uint32_t {
  u8 = 0,
  i8 = 1,
  u16 = 2,
  i16 = 3,
  u32 = 4,
  i32 = 5,
  f32 = 6,
  boolean = 7,
  string = 8,
  array = 9,
  u64 = 10,
  i64 = 11,
  f64 = 12,
};

/// Where a value lies in the file. A scalar counts as an array of one element.
struct GgufValue {
  bool is_array;
  GgufType type;  // of the elements
  std::uint64_t count;
  std::size_t offset;  // of the first element in the file
};

/// Reads a value's type and skips the value; checks that it lies within the file.
GgufValue scan_gguf_value(GgufCursor& cursor, std::string_view key);

/// Reads one element that is not an array: a number, a boolean, or a string (invalid UTF-8 in it is replaced).
Json read_gguf_scalar(GgufCursor& cursor, GgufType type, std::string_view key);

}  // namespace partwise::internal
