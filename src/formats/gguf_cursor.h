// Reading little-endian values one after the other, never past the end.
#pragma once

#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace partwise::internal {

static_assert(std::endian::native == std::endian::little, "model files are little-endian, and so are we");

/// A position in a file's bytes. `what` says what is read, for the error of a file that ends too early.
class GgufCursor {
 public:
  GgufCursor(std::span<const std::byte> bytes, std::string file, std::size_t position = 0)
      : bytes_(bytes), file_(std::move(file)), position_(position) {}

  template <class T>
  T take(std::string_view what) {
    T value;
    std::memcpy(&value, skip(sizeof value, what), sizeof value);
    return value;
  }

  /// A string: its length in 8 bytes, then its bytes.
  std::string_view take_string(std::string_view what) {
    const auto length = take<std::uint64_t>(what);
    return {reinterpret_cast<const char*>(skip(length, what)), static_cast<std::size_t>(length)};
  }

  /// Steps over `n` bytes and returns where they start.
  const std::byte* skip(std::uint64_t n, std::string_view what) {
    if (n > remaining()) {
      fail(fmt::format("the file ends within {}: {} bytes asked for at byte {} of {}", what, n, position_,
                       bytes_.size()));
    }
    const std::byte* start = bytes_.data() + position_;
    position_ += static_cast<std::size_t>(n);
    return start;
  }

  /// Returns `count`, if the rest of the file has room for that many items of at least `min_bytes` each. Errors:
  /// bad_data.
  std::uint64_t check_count(std::uint64_t count, std::uint64_t min_bytes, std::string_view what) const {
    if (count <= remaining() / min_bytes) return count;
    fail(fmt::format("the header asks for {} {}, more than the file of {} bytes can hold", count, what, bytes_.size()));
  }

  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }

  [[noreturn]] void fail(const std::string& message, const std::string& hint = kDamaged) const {
    throw Error(ErrorCode::bad_data, fmt::format("{}: {}", file_, message), hint);
  }

 private:
  static constexpr const char* kDamaged = "the file is damaged or incomplete: download it again";

  std::span<const std::byte> bytes_;
  std::string file_;
  std::size_t position_;
};

}  // namespace partwise::internal
