// Memory for arrays of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "base/round.h"

namespace partwise {

struct FreeBuffer {
  void operator()(void* data) const { std::free(data); }
};

/// An array that begins at a cache line. Its values are not initialised.
template <class T>
using Buffer = std::unique_ptr<T[], FreeBuffer>;

/// Makes a buffer of n values. Large buffers lie on large pages if the system has them: attention reads rows that are
/// far apart, and looking up small pages took longer than its arithmetic in bfloat16. Errors: std::bad_alloc.
template <class T>
Buffer<T> make_buffer(std::int64_t n) {
  constexpr std::size_t kCacheLine = 64, kLargePage = std::size_t{1} << 21;
  const std::size_t needed = static_cast<std::size_t>(n) * sizeof(T);
  const std::size_t unit = needed >= 2 * kLargePage ? kLargePage : kCacheLine;
  const std::size_t size = round_up(needed, unit);
  void* data = std::aligned_alloc(unit, size == 0 ? unit : size);
  if (!data) throw std::bad_alloc();
#ifdef __linux__
  if (unit == kLargePage) madvise(data, size, MADV_HUGEPAGE);  // a wish: the result does not depend on it
#endif
  return Buffer<T>(static_cast<T*>(data));
}

}  // namespace partwise
