#include "base/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.h"

namespace partwise::internal {

namespace {

constexpr std::uint64_t kMostUnpacked = std::uint64_t{1} << 32;
constexpr int kGzipOnly = 16 + MAX_WBITS;

[[noreturn]] void refuse(std::string_view source, const char* what) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: a gzip file, but {}", source, what),
              "gzip -t FILE tests it; make or download it again");
}

class Unpacker {
 public:
  Unpacker(std::string_view packed, std::string_view source, std::uint64_t most)
      : packed_(packed), source_(source), most_(most), block_(1 << 16) {
    check_internal(inflateInit2(&stream_, kGzipOnly) == Z_OK, "zlib can be started");
  }
  ~Unpacker() { inflateEnd(&stream_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// nullopt: there is more than `most`.
  std::optional<std::string> unpack() {
    do {
      if (!unpack_member()) return std::nullopt;
      check_internal(inflateReset(&stream_) == Z_OK, "zlib can be started again");
    } while (is_gzip(packed_));
    if (packed_.find_first_not_of('\0') != std::string_view::npos) fail("something follows the packed text");
    return std::move(text_);
  }

 private:
  bool unpack_member() {
    int state = Z_OK;
    while (state != Z_STREAM_END) {
      state = step();
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) fail("it is damaged");
      if (state != Z_STREAM_END && packed_.empty() && stream_.avail_out > 0) fail("it is cut off");
      if (text_.size() > most_) return false;
    }
    return true;
  }

  /// Unpacks as much as fits into a block.
  int step() {
    const std::size_t n = std::min<std::size_t>(packed_.size(), std::numeric_limits<uInt>::max());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
    stream_.avail_in = static_cast<uInt>(n);
    stream_.next_out = reinterpret_cast<Bytef*>(block_.data());
    stream_.avail_out = static_cast<uInt>(block_.size());
    const int state = inflate(&stream_, Z_NO_FLUSH);
    packed_.remove_prefix(n - stream_.avail_in);
    text_.append(block_.data(), block_.size() - stream_.avail_out);
    return state;
  }

  [[noreturn]] void fail(const char* what) const { refuse(source_, what); }

  std::string_view packed_, source_;
  std::uint64_t most_;
  std::vector<char> block_;
  std::string text_;
  z_stream stream_ = {};
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

std::string gunzip(std::string_view bytes, std::string_view source) {
  std::optional<std::string> text = gunzip_at_most(bytes, source, kMostUnpacked);
  if (!text) refuse(source, "it holds more than 4 GB of text");
  return std::move(*text);
}

std::optional<std::string> gunzip_at_most(std::string_view bytes, std::string_view source, std::uint64_t most) {
  return Unpacker(bytes, source, most).unpack();
}

}  // namespace partwise::internal
