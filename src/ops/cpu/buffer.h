// Scratch memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace partwise::cpu {

constexpr std::align_val_t kCacheLine{64};

struct FreeAligned {
  void operator()(void* data) const { ::operator delete(data, kCacheLine); }
};

/// Values at the start of a cache line, not initialised.
template <class T>
using AlignedBuffer = std::unique_ptr<T[], FreeAligned>;
using Buffer = AlignedBuffer<float>;
using ByteBuffer = AlignedBuffer<std::byte>;

inline ByteBuffer make_byte_buffer(std::int64_t n) {
  return ByteBuffer(static_cast<std::byte*>(::operator new(static_cast<std::size_t>(n), kCacheLine)));
}

inline Buffer make_buffer(std::int64_t n) {
  return Buffer(static_cast<float*>(::operator new(static_cast<std::size_t>(n) * sizeof(float), kCacheLine)));
}

}  // namespace partwise::cpu
