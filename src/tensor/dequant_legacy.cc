// Blocks of 32 elements with one scale d, and for the _1 types one minimum m, in float16.
// Nibbles: byte j holds element j in its low half and element j + 16 in its high half.
#include <cstring>

#include "tensor/dequant.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

struct BlockQ8_0 {
  std::uint16_t d;
  std::int8_t q[32];
};

struct BlockQ4_0 {
  std::uint16_t d;
  std::uint8_t q[16];
};

struct BlockQ4_1 {
  std::uint16_t d, m;
  std::uint8_t q[16];
};

struct BlockQ5_0 {
  std::uint16_t d;
  std::uint8_t fifth_bits[4];  // bit i belongs to element i
  std::uint8_t q[16];
};

struct BlockQ5_1 {
  std::uint16_t d, m;
  std::uint8_t fifth_bits[4];
  std::uint8_t q[16];
};

void expand(const BlockQ8_0& block, float* out) {
  const float d = f16_to_float(block.d);
  for (int j = 0; j < 32; ++j) out[j] = static_cast<float>(block.q[j]) * d;
}

void expand(const BlockQ4_0& block, float* out) {
  const float d = f16_to_float(block.d);
  for (int j = 0; j < 16; ++j) {
    out[j] = static_cast<float>((block.q[j] & 15) - 8) * d;
    out[j + 16] = static_cast<float>((block.q[j] >> 4) - 8) * d;
  }
}

void expand(const BlockQ4_1& block, float* out) {
  const float d = f16_to_float(block.d), m = f16_to_float(block.m);
  for (int j = 0; j < 16; ++j) {
    out[j] = static_cast<float>(block.q[j] & 15) * d + m;
    out[j + 16] = static_cast<float>(block.q[j] >> 4) * d + m;
  }
}

/// The 32 five-bit numbers of a block. A bit is found by comparing, since shifts by a different amount per element do
/// not vectorise on every machine.
template <class Block>
void join_fifth_bits(const Block& block, int* five_bits) {
  std::uint8_t fifth[32];
  for (int j = 0; j < 32; ++j) fifth[j] = (block.fifth_bits[j / 8] & (1 << j % 8)) != 0 ? 16 : 0;
  for (int j = 0; j < 16; ++j) {
    five_bits[j] = (block.q[j] & 15) | fifth[j];
    five_bits[j + 16] = block.q[j] >> 4 | fifth[j + 16];
  }
}

void expand(const BlockQ5_0& block, float* out) {
  const float d = f16_to_float(block.d);
  int q[32];
  join_fifth_bits(block, q);
  for (int j = 0; j < 32; ++j) out[j] = static_cast<float>(q[j] - 16) * d;
}

void expand(const BlockQ5_1& block, float* out) {
  const float d = f16_to_float(block.d), m = f16_to_float(block.m);
  int q[32];
  join_fifth_bits(block, q);
  for (int j = 0; j < 32; ++j) out[j] = static_cast<float>(q[j]) * d + m;
}

template <class Block>
void expand_all(const std::byte* blocks, std::int64_t n_blocks, float* out) {
  for (std::int64_t i = 0; i < n_blocks; ++i) {
    Block block;
    std::memcpy(&block, blocks + i * static_cast<std::int64_t>(sizeof block), sizeof block);
    expand(block, out + i * 32);
  }
}

}  // namespace

DequantizeBlocks legacy_kernel(DType dtype) {
  switch (dtype) {
    case DType::q8_0:
      return expand_all<BlockQ8_0>;
    case DType::q4_0:
      return expand_all<BlockQ4_0>;
    case DType::q4_1:
      return expand_all<BlockQ4_1>;
    case DType::q5_0:
      return expand_all<BlockQ5_0>;
    case DType::q5_1:
      return expand_all<BlockQ5_1>;
    default:
      return nullptr;
  }
}

}  // namespace partwise::internal
