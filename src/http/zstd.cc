#include "http/zstd.h"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <memory>
#include <new>
#include <vector>

#include "base/error.h"

namespace partwise::internal::http {

namespace {

constexpr int kLargestWindow = 23;  // as a power of two

using Decompressor = std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)>;

[[noreturn]] void fail(std::string_view source, std::string_view why) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: its Zstandard packing is damaged: {}", source, why));
}

Decompressor make_decompressor() {
  Decompressor stream(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (!stream) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kLargestWindow);
  return stream;
}

}  // namespace

std::optional<std::string> unzstd_at_most(std::string_view bytes, std::string_view source, std::uint64_t most) {
  const Decompressor stream = make_decompressor();
  std::vector<char> piece(ZSTD_DStreamOutSize());
  std::string text;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  bool is_in_frame = true, is_full = false;
  while (in.pos < in.size || is_full) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    const std::size_t left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation) throw std::bad_alloc();
    if (ZSTD_isError(left)) fail(source, ZSTD_getErrorName(left));
    text.append(piece.data(), out.pos);
    if (text.size() > most) return std::nullopt;
    is_in_frame = left != 0;
    is_full = is_in_frame && out.pos == out.size;
  }
  if (is_in_frame) fail(source, "it ends too early");
  return text;
}

}  // namespace partwise::internal::http
