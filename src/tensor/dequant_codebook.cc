// Blocks whose four-bit numbers are places in a table of values.
#include <cmath>
#include <cstring>

#include "tensor/dequant.h"
#include "tensor/half.h"
#include "tensor/mxfp4.h"

namespace partwise::internal {

namespace {

// IQ4: values that lie closer together around zero, as weights do.
constexpr std::int8_t kIq4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
// MXFP4: floats of one sign bit, two bits of exponent and one of mantissa (OCP Microscaling Formats, 1.0), times two.
constexpr std::int8_t kFp4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

struct BlockIq4_NL {
  std::uint16_t d;
  std::uint8_t q[16];
};

struct BlockIq4_XS {
  std::uint16_t d;
  std::uint16_t high_scales;   // the high two bits of the 8 sub-blocks' scales
  std::uint8_t low_scales[4];  // the low four bits
  std::uint8_t q[128];         // 16 bytes of each sub-block of 32
};

struct BlockMxfp4 {
  std::uint8_t exponent;  // of the scale 2^(exponent - 127)
  std::uint8_t q[16];
};

/// Byte j holds the place of element j in its low half and of element j + 16 in its high half.
void look_up(const std::uint8_t* q, const std::int8_t* table, float scale, float* out) {
  for (int j = 0; j < 16; ++j) {
    out[j] = scale * static_cast<float>(table[q[j] & 15]);
    out[j + 16] = scale * static_cast<float>(table[q[j] >> 4]);
  }
}

void expand(const BlockIq4_NL& block, float* out) { look_up(block.q, kIq4, f16_to_float(block.d), out); }

void expand(const BlockIq4_XS& block, float* out) {
  for (int j = 0; j < 8; ++j) {
    const int low = block.low_scales[j / 2] >> 4 * (j % 2) & 15, high = block.high_scales >> 2 * j & 3;
    const float scale = f16_to_float(block.d) * static_cast<float>((low | high << 4) - 32);
    look_up(block.q + 16 * j, kIq4, scale, out + 32 * j);
  }
}

void expand(const BlockMxfp4& block, float* out) {
  look_up(block.q, kFp4, std::ldexp(1.0f, block.exponent - 128), out);  // half of the scale, as the table is doubled
}

template <class Block, int n_elements>
void expand_all(const std::byte* blocks, std::int64_t n_blocks, float* out) {
  for (std::int64_t i = 0; i < n_blocks; ++i) {
    Block block;
    std::memcpy(&block, blocks + i * static_cast<std::int64_t>(sizeof block), sizeof block);
    expand(block, out + i * n_elements);
  }
}

}  // namespace

void dequantize_mxfp4(std::span<const std::byte> blocks, std::span<const std::byte> scales, std::int64_t first,
                      std::span<float> out) {
  for (std::int64_t i = 0; i < std::ssize(out); i += kMxfp4Block) {
    const std::int64_t block = (first + i) / kMxfp4Block;
    const float scale =
        std::ldexp(1.0f, std::to_integer<int>(scales[block]) - 128);  // half of it, as the table is doubled
    for (std::int64_t j = 0; j < kMxfp4Block; ++j) {
      const int pair = std::to_integer<int>(blocks[(block * kMxfp4Block + j) / 2]);
      out[i + j] = scale * static_cast<float>(kFp4[j % 2 == 0 ? pair & 15 : pair >> 4]);
    }
  }
}

DequantizeBlocks codebook_kernel(DType dtype) {
  switch (dtype) {
    case DType::iq4_nl:
      return expand_all<BlockIq4_NL, 32>;
    case DType::iq4_xs:
      return expand_all<BlockIq4_XS, 256>;
    case DType::mxfp4:
      return expand_all<BlockMxfp4, 32>;
    default:
      return nullptr;
  }
}

}  // namespace partwise::internal
