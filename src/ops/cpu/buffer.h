// Scratch memory.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace partwise::cpu {

constexpr std::align_val_t kCacheLine{64};

struct FreeAligned {
  void operator()(float* data) const { ::operator delete(data, kCacheLine); }
};

/// Floats at the start of a cache line, not initialised.
using Buffer = std::unique_ptr<float[], FreeAligned>;

inline Buffer make_buffer(std::int64_t n) {
  return Buffer(static_cast<float*>(::operator new(static_cast<std::size_t>(n) * sizeof(float), kCacheLine)));
}

}  // namespace partwise::cpu
