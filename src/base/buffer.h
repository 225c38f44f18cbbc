// Memory for arrays of numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "base/round.h"

namespace partwise::internal {

struct FreeBuffer {
  void operator()(void* data) const { std::free(data); }
};

/// An array that begins at a cache line. Its values are not initialised.
template <class T>
using Buffer = std::unique_ptr<T[], FreeBuffer>;

constexpr std::int64_t kLargePage = 1 << 21;

/// Bytes that a buffer of `needed` bytes takes: the bytes in whole cache lines, or in whole large pages if it is large.
constexpr std::int64_t buffer_bytes(std::int64_t needed) {
  constexpr std::int64_t kCacheLine = 64;
  return round_up(needed, needed >= 2 * kLargePage ? kLargePage : kCacheLine);
}

/// Makes a buffer of n values. Large buffers lie on large pages if the system has them: attention reads rows that are
/// far apart, and looking up small pages took longer than its arithmetic in bfloat16. Errors: std::bad_alloc.
template <class T>
Buffer<T> make_buffer(std::int64_t n) {
  constexpr std::size_t kCacheLine = 64;
  const auto size = static_cast<std::size_t>(buffer_bytes(n * static_cast<std::int64_t>(sizeof(T))));
  const bool is_large = size >= 2 * kLargePage;
  void* data = std::aligned_alloc(is_large ? kLargePage : kCacheLine, std::max(size, kCacheLine));
  if (!data) throw std::bad_alloc();
#ifdef __linux__
  if (is_large) madvise(data, size, MADV_HUGEPAGE);  // a wish: the result does not depend on it
#endif
  return Buffer<T>(static_cast<T*>(data));
}

}  // namespace partwise::internal
