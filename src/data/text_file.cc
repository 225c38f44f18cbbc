#include "data/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip.h"
#include "base/utf8.h"
#include "data/file_kind.h"
#include "data/lines.h"

namespace partwise::internal {

namespace {

using namespace std::string_view_literals;

/// Reads UTF-16. The byte order mark tells the order of bytes.
class Utf16Reader {
 public:
  Utf16Reader(std::string_view bytes, std::string_view source) : bytes_(bytes), source_(source) {
    big_endian_ = bytes_.starts_with("\xfe\xff");
  }

  std::string read() {
    if (bytes_.size() % 2 != 0) fail("it ends in half of a character");
    std::string text;
    text.reserve(bytes_.size());
    for (at_ = 2; at_ < bytes_.size();) append_utf8(text, character());
    return text;
  }

 private:
  char32_t character() {
    const char32_t first = unit();
    if (first < 0xd800 || first > 0xdfff) return first;
    if (first > 0xdbff || at_ == bytes_.size()) fail("half of a pair stands alone");
    const char32_t second = unit();
    if (second < 0xdc00 || second > 0xdfff) fail("half of a pair stands alone");
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }

  char32_t unit() {
    const auto a = static_cast<unsigned char>(bytes_[at_]), b = static_cast<unsigned char>(bytes_[at_ + 1]);
    at_ += 2;
    return big_endian_ ? static_cast<char32_t>(a << 8 | b) : static_cast<char32_t>(b << 8 | a);
  }

  [[noreturn]] void fail(const char* what) const {
    throw Error(ErrorCode::bad_data, fmt::format("{}: its mark says UTF-16, but {}", source_, what),
                "save the file as UTF-8");
  }

  std::string_view bytes_, source_;
  bool big_endian_ = false;
  std::size_t at_ = 0;
};

bool is_utf32(std::string_view bytes) {
  return bytes.starts_with("\xff\xfe\0\0"sv) || bytes.starts_with("\0\0\xfe\xff"sv);
}

/// Whether more than a third of the first bytes are zero. Western text in UTF-16 has a zero in every second byte.
bool looks_like_utf16(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 1024);
  const auto zeros = std::count(head.begin(), head.end(), '\0');
  return 3 * zeros > static_cast<std::ptrdiff_t>(head.size());
}

void refuse_zeros(std::string_view bytes, std::string_view source) {
  const std::size_t at = bytes.find('\0');
  if (at == std::string_view::npos) return;
  if (looks_like_utf16(bytes)) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: this seems to be UTF-16 without a byte order mark", source),
                "save the file as UTF-8 (iconv -f UTF-16LE -t UTF-8)");
  }
  const auto line = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  throw Error(ErrorCode::bad_data, fmt::format("{}: a NUL byte, which no text holds", line_place(source, line)),
              "write the file again; tr -d '\\000' < FILE takes such bytes out");
}

}  // namespace

std::string to_text(std::string bytes, std::string_view source) {
  if (is_gzip(bytes)) bytes = gunzip(bytes, source);
  if (is_gzip(bytes))
    throw Error(ErrorCode::bad_data, fmt::format("{}: packed with gzip twice", source), "gzip -d FILE");
  if (is_utf32(bytes)) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: this is UTF-32", source),
                "save the file as UTF-8 (iconv -f UTF-32 -t UTF-8)");
  }
  refuse_other_kinds(bytes, source);
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) bytes = Utf16Reader(bytes, source).read();
  refuse_zeros(bytes, source);
  return bytes;
}

std::string read_text(const std::filesystem::path& path) { return to_text(read_text_file(path), source_name(path)); }

}  // namespace partwise::internal
