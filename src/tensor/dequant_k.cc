// Blocks of 256 elements. Their sub-blocks have scales of their own, which are quantised as well.
#include <cstring>

#include "tensor/dequant.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

struct BlockQ2_K {
  std::uint8_t scales[16];  // of sub-blocks of 16: the scale in the low half, the minimum in the high half
  std::uint8_t q[64];       // as BlockQ6_K::high
  std::uint16_t d, min;     // of the scales and minima
};

struct BlockQ3_K {
  std::uint8_t third_bits[32];  // bit b of byte l belongs to element 32 b + l
  std::uint8_t q[64];           // the low two bits, as BlockQ6_K::high
  std::uint8_t scales[12];      // 16 scales of six bits
  std::uint16_t d;
};

struct BlockQ4_K {
  std::uint16_t d, min;     // of the 8 sub-blocks' scales and minima
  std::uint8_t scales[12];  // 8 scales and 8 minima of six bits
  std::uint8_t q[128];      // each byte: element l of sub-blocks 2j and 2j + 1
};

struct BlockQ5_K {
  std::uint16_t d, min;
  std::uint8_t scales[12];
  std::uint8_t fifth_bits[32];  // bit b of byte l belongs to element l of sub-block b
  std::uint8_t q[128];
};

struct BlockQ6_K {
  std::uint8_t low[128];   // low four bits
  std::uint8_t high[64];   // high two bits
  std::int8_t scales[16];  // of sub-blocks of 16
  std::uint16_t d;
};

/// The two bits of element `l` of sub-block `j`, both of 16: each half of 128 elements has 32 bytes, and each quarter
/// of a half its own bits in them.
int two_bits(const std::uint8_t* bytes, int j, int l) {
  const int half = j / 8, quarter = j % 8 / 2, first = 16 * (j % 2);
  return bytes[32 * half + first + l] >> (2 * quarter) & 3;
}

void expand(const BlockQ2_K& block, float* out) {
  const float d = f16_to_float(block.d), m = f16_to_float(block.min);
  for (int j = 0; j < 16; ++j) {
    const float scale = d * static_cast<float>(block.scales[j] & 15),
                min = m * static_cast<float>(block.scales[j] >> 4);
    for (int l = 0; l < 16; ++l) out[16 * j + l] = scale * static_cast<float>(two_bits(block.q, j, l)) - min;
  }
}

/// Scales 0 to 7 keep their low four bits in the low halves of bytes 0 to 7, scales 8 to 15 in the high halves. Bytes 8
/// to 11 keep the high two: bits 2k and 2k + 1 of byte 8 + i are those of scale 4k + i.
int six_bit_scale(const BlockQ3_K& block, int j) {
  const int low = block.scales[j % 8] >> (j < 8 ? 0 : 4) & 15, high = block.scales[8 + j % 4] >> (2 * (j / 4)) & 3;
  return low | high << 4;
}

void expand(const BlockQ3_K& block, float* out) {
  for (int j = 0; j < 16; ++j) {
    const float scale = f16_to_float(block.d) * static_cast<float>(six_bit_scale(block, j) - 32);
    for (int l = 0; l < 16; ++l) {
      const int third = block.third_bits[16 * (j % 2) + l] >> (j / 2) & 1;
      out[16 * j + l] = scale * static_cast<float>(two_bits(block.q, j, l) + 4 * third - 4);
    }
  }
}

/// A sub-block's values are scale * q - min.
struct Scale {
  float scale, min;
};

/// Sub-blocks 0 to 3 keep their six bits in bytes 0 to 3 (scale) and 4 to 7 (minimum); 4 to 7 keep the low four in
/// bytes 8 to 11 (scale below, minimum above) and the high two on top of bytes 0 to 7.
template <class Block>
Scale sub_block_scale(const Block& block, int j) {
  const std::uint8_t* s = block.scales;
  const int scale = j < 4 ? s[j] & 63 : (s[j + 4] & 15) | s[j - 4] >> 6 << 4;
  const int min = j < 4 ? s[j + 4] & 63 : s[j + 4] >> 4 | s[j] >> 6 << 4;
  return {f16_to_float(block.d) * static_cast<float>(scale), f16_to_float(block.min) * static_cast<float>(min)};
}

void expand(const BlockQ4_K& block, float* out) {
  for (int j = 0; j < 8; j += 2) {
    const std::uint8_t* q = block.q + 16 * j;
    const Scale a = sub_block_scale(block, j), b = sub_block_scale(block, j + 1);
    float* out_j = out + 32 * j;
    for (int l = 0; l < 32; ++l) {
      out_j[l] = a.scale * static_cast<float>(q[l] & 15) - a.min;
      out_j[l + 32] = b.scale * static_cast<float>(q[l] >> 4) - b.min;
    }
  }
}

void expand(const BlockQ5_K& block, float* out) {
  for (int j = 0; j < 8; j += 2) {
    const std::uint8_t* q = block.q + 16 * j;
    const Scale a = sub_block_scale(block, j), b = sub_block_scale(block, j + 1);
    float* out_j = out + 32 * j;
    for (int l = 0; l < 32; ++l) {
      const int fifth = block.fifth_bits[l] >> j;
      out_j[l] = a.scale * static_cast<float>((q[l] & 15) + ((fifth & 1) << 4)) - a.min;
      out_j[l + 32] = b.scale * static_cast<float>((q[l] >> 4) + ((fifth & 2) << 3)) - b.min;
    }
  }
}

/// Sub-block `j` of the 8 in half `half` of the block: its quarter k = j / 2 takes the low bits from nibble k / 2 of a
/// byte and the high ones from bits 2k and 2k + 1.
void expand_sub_block(const BlockQ6_K& block, int half, int j, float* out) {
  const int k = j / 2, first = 16 * (j % 2);
  const std::uint8_t* low = block.low + 64 * half + 32 * (k % 2) + first;
  const std::uint8_t* high = block.high + 32 * half + first;
  const float scale = f16_to_float(block.d) * static_cast<float>(block.scales[8 * half + j]);
  for (int l = 0; l < 16; ++l) {
    const int q = (low[l] >> (4 * (k / 2)) & 15) | (high[l] >> (2 * k) & 3) << 4;
    out[l] = scale * static_cast<float>(q - 32);
  }
}

void expand(const BlockQ6_K& block, float* out) {
  for (int half = 0; half < 2; ++half) {
    for (int j = 0; j < 8; ++j) expand_sub_block(block, half, j, out + 128 * half + 16 * j);
  }
}

template <class Block>
void expand_all(const std::byte* blocks, std::int64_t n_blocks, float* out) {
  for (std::int64_t i = 0; i < n_blocks; ++i) {
    Block block;
    std::memcpy(&block, blocks + i * static_cast<std::int64_t>(sizeof block), sizeof block);
    expand(block, out + i * 256);
  }
}

}  // namespace

DequantizeBlocks k_kernel(DType dtype) {
  switch (dtype) {
    case DType::q2_k:
      return expand_all<BlockQ2_K>;
    case DType::q3_k:
      return expand_all<BlockQ3_K>;
    case DType::q4_k:
      return expand_all<BlockQ4_K>;
    case DType::q5_k:
      return expand_all<BlockQ5_K>;
    case DType::q6_k:
      return expand_all<BlockQ6_K>;
    default:
      return nullptr;
  }
}

}  // namespace partwise::internal
