// These tests pack blocks from numbers by the definitions of the formats. So the expected values come from the numbers,
// not from the tested bytes.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/random.h"
#include "base/sha256.h"
#include "support/errors.h"
#include "tensor/half.h"
#include "tensor/tensor_view.h"

namespace partwise::internal {
namespace {

using Bytes = std::vector<std::uint8_t>;

void append_half(Bytes& bytes, float value) {
  const std::uint16_t h = float_to_f16(value);
  bytes.push_back(static_cast<std::uint8_t>(h));
  bytes.push_back(static_cast<std::uint8_t>(h >> 8));
}

std::vector<float> dequantized(DType dtype, const Bytes& bytes) {
  const DTypeInfo& info = dtype_info(dtype);
  const auto n = static_cast<std::int64_t>(bytes.size()) / info.block_bytes * info.block_size;
  std::vector<float> values(static_cast<std::size_t>(n), NAN);
  dequantize({dtype, {n}, std::as_bytes(std::span(bytes))}, 0, values);
  return values;
}

/// `n` whole numbers below `limit`, shuffled. All of them appear if n >= limit.
std::vector<int> numbers(std::size_t n, int limit, std::uint64_t seed) {
  Random random(seed);
  std::vector<int> q(n);
  for (std::size_t i = 0; i < n; ++i) q[i] = static_cast<int>(i) % limit;
  random.shuffle(q);
  return q;
}

/// The low four bits of 32 numbers: byte j has number j in its low half and number j + 16 in its high half.
void append_nibbles(Bytes& bytes, const std::vector<int>& q) {
  for (int j = 0; j < 16; ++j) bytes.push_back(static_cast<std::uint8_t>((q[j] & 15) | (q[j + 16] & 15) << 4));
}

/// The fifth bits of 32 numbers: bit i of a 32-bit little-endian word.
void append_fifth_bits(Bytes& bytes, const std::vector<int>& q) {
  std::uint32_t word = 0;
  for (int i = 0; i < 32; ++i) word |= static_cast<std::uint32_t>(q[i] >> 4 & 1) << i;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
}

// Products of these scales are exact in float32, so the order of the arithmetic does not matter.
constexpr float kScale = 0.09375f, kMinimum = -1.625f;

TEST(Dequantize, Q8_0) {
  const std::vector<int> q = {-128, -127, -1, 0,  1,  2,  3,  4,   5,   6,  7,  8,  9,  10,  11,  12,
                              13,   14,   15, 16, 32, 64, 99, 100, 101, 42, 43, 44, 45, 125, 126, 127};
  Bytes bytes;
  append_half(bytes, kScale);
  for (int value : q) bytes.push_back(static_cast<std::uint8_t>(value));
  const std::vector<float> values = dequantized(DType::q8_0, bytes);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], kScale * q[i]) << i;
}

TEST(Dequantize, Q4_0) {
  const std::vector<int> q = numbers(32, 16, 1);
  Bytes bytes;
  append_half(bytes, kScale);
  append_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::q4_0, bytes);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], kScale * (q[i] - 8)) << i;
}

TEST(Dequantize, Q4_1) {
  const std::vector<int> q = numbers(32, 16, 2);
  Bytes bytes;
  append_half(bytes, kScale);
  append_half(bytes, kMinimum);
  append_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::q4_1, bytes);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], kScale * q[i] + kMinimum) << i;
}

TEST(Dequantize, Q5_0) {
  const std::vector<int> q = numbers(32, 32, 3);
  Bytes bytes;
  append_half(bytes, kScale);
  append_fifth_bits(bytes, q);
  append_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::q5_0, bytes);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], kScale * (q[i] - 16)) << i;
}

TEST(Dequantize, Q5_1) {
  const std::vector<int> q = numbers(32, 32, 4);
  Bytes bytes;
  append_half(bytes, kScale);
  append_half(bytes, kMinimum);
  append_fifth_bits(bytes, q);
  append_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::q5_1, bytes);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], kScale * q[i] + kMinimum) << i;
}

/// 8 scales and 8 minima of six bits in 12 bytes. Bytes 0-3 have the first four scales, bytes 4-7 the first four
/// minima. Their upper two bits are the upper bits of the last four. Bytes 8-11 have the low four bits of the last
/// four: the scale in the low half, the minimum in the high half.
void append_six_bit_scales(Bytes& bytes, const std::vector<int>& scales, const std::vector<int>& minima) {
  for (int j = 0; j < 4; ++j) bytes.push_back(static_cast<std::uint8_t>(scales[j] | scales[j + 4] >> 4 << 6));
  for (int j = 0; j < 4; ++j) bytes.push_back(static_cast<std::uint8_t>(minima[j] | minima[j + 4] >> 4 << 6));
  for (int j = 4; j < 8; ++j) bytes.push_back(static_cast<std::uint8_t>((scales[j] & 15) | (minima[j] & 15) << 4));
}

/// 256 numbers in sub-blocks of 32. Sub-blocks 2j and 2j + 1 share 32 bytes: the first has the low halves, the second
/// the high halves.
void append_paired_nibbles(Bytes& bytes, const std::vector<int>& q) {
  for (int pair = 0; pair < 4; ++pair) {
    for (int l = 0; l < 32; ++l) {
      bytes.push_back(static_cast<std::uint8_t>((q[64 * pair + l] & 15) | (q[64 * pair + 32 + l] & 15) << 4));
    }
  }
}

const std::vector<int> kScales = {63, 1, 17, 32, 5, 62, 16, 47}, kMinima = {2, 33, 63, 0, 48, 15, 1, 50};

TEST(Dequantize, Q4_K) {
  const std::vector<int> q = numbers(256, 16, 5);
  Bytes bytes;
  append_half(bytes, kScale);
  append_half(bytes, 0.5f);
  append_six_bit_scales(bytes, kScales, kMinima);
  append_paired_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::q4_k, bytes);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(values[i], kScale * kScales[i / 32] * q[i] - 0.5f * kMinima[i / 32]) << i;
}

TEST(Dequantize, Q5_K) {
  const std::vector<int> q = numbers(256, 32, 6);
  Bytes bytes;
  append_half(bytes, kScale);
  append_half(bytes, 0.5f);
  append_six_bit_scales(bytes, kScales, kMinima);
  for (int l = 0; l < 32; ++l) {  // bit b of byte l: element l of sub-block b
    int byte = 0;
    for (int b = 0; b < 8; ++b) byte |= (q[32 * b + l] >> 4 & 1) << b;
    bytes.push_back(static_cast<std::uint8_t>(byte));
  }
  append_paired_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::q5_k, bytes);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(values[i], kScale * kScales[i / 32] * q[i] - 0.5f * kMinima[i / 32]) << i;
}

TEST(Dequantize, Q6_K) {
  const std::vector<int> q = numbers(256, 64, 7);
  const std::vector<int> scales = {-128, 127, 0, 1, -1, 2, 3, 64, -64, 5, 6, 7, 8, 9, 10, 11};
  Bytes bytes(192);
  for (int half = 0; half < 2; ++half) {  // 128 elements: 64 bytes of low bits, 32 bytes of high ones
    for (int i = 0; i < 128; ++i) {
      const int quarter = i / 32, l = i % 32, value = q[128 * half + i];
      bytes[64 * half + 32 * (quarter % 2) + l] |= static_cast<std::uint8_t>((value & 15) << 4 * (quarter / 2));
      bytes[128 + 32 * half + l] |= static_cast<std::uint8_t>(value >> 4 << 2 * quarter);
    }
  }
  for (int scale : scales) bytes.push_back(static_cast<std::uint8_t>(scale));
  append_half(bytes, kScale);
  const std::vector<float> values = dequantized(DType::q6_k, bytes);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(values[i], kScale * scales[i / 16] * (q[i] - 32)) << i;
}

/// The low two bits of 256 numbers: 32 bytes for each half, of which each quarter of the half has two bits.
void append_two_bits(Bytes& bytes, const std::vector<int>& q) {
  for (int half = 0; half < 2; ++half) {
    for (int l = 0; l < 32; ++l) {
      int byte = 0;
      for (int quarter = 0; quarter < 4; ++quarter) byte |= (q[128 * half + 32 * quarter + l] & 3) << 2 * quarter;
      bytes.push_back(static_cast<std::uint8_t>(byte));
    }
  }
}

TEST(Dequantize, Q2_K) {
  const std::vector<int> q = numbers(256, 4, 8), scales = numbers(16, 16, 9), minima = numbers(16, 16, 10);
  Bytes bytes;
  for (int j = 0; j < 16; ++j) bytes.push_back(static_cast<std::uint8_t>(scales[j] | minima[j] << 4));
  append_two_bits(bytes, q);
  append_half(bytes, kScale);
  append_half(bytes, 0.5f);
  const std::vector<float> values = dequantized(DType::q2_k, bytes);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(values[i], kScale * scales[i / 16] * q[i] - 0.5f * minima[i / 16]) << i;
}

TEST(Dequantize, Q3_K) {
  const std::vector<int> q = numbers(256, 8, 11), scales = numbers(16, 64, 12);
  Bytes bytes(32);
  for (int i = 0; i < 256; ++i) bytes[i % 32] |= static_cast<std::uint8_t>((q[i] >> 2) << i / 32);
  append_two_bits(bytes, q);
  for (int j = 0; j < 8; ++j) bytes.push_back(static_cast<std::uint8_t>((scales[j] & 15) | (scales[j + 8] & 15) << 4));
  for (int j = 0; j < 4; ++j)
    bytes.push_back(static_cast<std::uint8_t>(scales[j] >> 4 | scales[j + 4] >> 4 << 2 | scales[j + 8] >> 4 << 4 |
                                              scales[j + 12] >> 4 << 6));
  append_half(bytes, kScale);
  const std::vector<float> values = dequantized(DType::q3_k, bytes);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(values[i], kScale * (scales[i / 16] - 32) * (q[i] - 4)) << i;
}

// The values that ggml's four-bit types look up.
constexpr int kIq4Values[] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

TEST(Dequantize, IQ4_NL) {
  const std::vector<int> q = numbers(32, 16, 13);
  Bytes bytes;
  append_half(bytes, kScale);
  append_nibbles(bytes, q);
  const std::vector<float> values = dequantized(DType::iq4_nl, bytes);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], kScale * kIq4Values[q[i]]) << i;
}

TEST(Dequantize, IQ4_XS) {
  const std::vector<int> scales = {0, 63, 31, 32, 33, 1, 48, 15};
  Bytes bytes, places;
  append_half(bytes, kScale);
  int high = 0;
  for (int j = 0; j < 8; ++j) high |= scales[j] >> 4 << 2 * j;
  for (int byte : {high & 255, high >> 8}) bytes.push_back(static_cast<std::uint8_t>(byte));
  for (int j = 0; j < 8; j += 2)
    bytes.push_back(static_cast<std::uint8_t>((scales[j] & 15) | (scales[j + 1] & 15) << 4));
  std::vector<int> q;
  for (std::uint64_t j = 0; j < 8; ++j) {
    const std::vector<int> some = numbers(32, 16, 14 + j);
    append_nibbles(bytes, some);
    q.insert(q.end(), some.begin(), some.end());
  }
  const std::vector<float> values = dequantized(DType::iq4_xs, bytes);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(values[i], kScale * (scales[i / 32] - 32) * kIq4Values[q[i]]) << i;
}

// The Microscaling specification: the sixteen values of E2M1, and a scale that is a power of two with a bias of 127.
TEST(Dequantize, MXFP4) {
  constexpr float kValues[] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, 0, -0.5f, -1, -1.5f, -2, -3, -4, -6};
  const std::vector<int> q = numbers(32, 16, 22);
  for (int exponent : {120, 127, 130, 1}) {
    Bytes bytes = {static_cast<std::uint8_t>(exponent)};
    append_nibbles(bytes, q);
    const std::vector<float> values = dequantized(DType::mxfp4, bytes);
    for (int i = 0; i < 32; ++i) EXPECT_EQ(values[i], std::ldexp(kValues[q[i]], exponent - 127)) << i;
  }
}

/// Bytes of Knuth's linear congruential generator.
Bytes pseudo_random_bytes(std::size_t n) {
  Bytes bytes(n);
  std::uint64_t x = 1;
  for (std::uint8_t& byte : bytes) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::uint8_t>(x >> 56);
  }
  return bytes;
}

// SHA-256 of the floats that the Python package gguf 0.19 (NumPy for F16) makes of the same bytes. Products of the
// scales round here, so the test needs the same bits.
TEST(Dequantize, AgreesWithTheReferencePackageBitForBit) {
  const struct {
    DType dtype;
    std::vector<std::size_t> halves;  // offsets of float16 numbers in a block; they stay finite
    const char* sha256;
  } cases[] = {
      {DType::f16, {0}, "2652863d0a4c9d38f48089e5d2e96657e336398b86062d9e17cf892a259f2476"},
      {DType::bf16, {0}, "07a59f958c022b7b15b54edcfd4dc3740dbfff267b626c9401167df36ce3acc3"},
      {DType::q8_0, {0}, "d3a2ed936f783bbf83cde38b2f0da9ab98b3d769c326fda99bbb0696bb5dac92"},
      {DType::q4_0, {0}, "296f269a320b01ee3312219a5d67044873b2cc49eb3b25b177f1c310d75b64a2"},
      {DType::q4_1, {0, 2}, "a3703b4b5e9370179c4c5d9eea12a574237f9d468287501301077de7d778bff4"},
      {DType::q5_0, {0}, "41e9f6b107bf41e944ce91dbc80664d6141431302a1fda6ca23afcef9a0372c3"},
      {DType::q5_1, {0, 2}, "ffbc05a57258a6b5ce483dcf728f4ddf3586eb8452cc827346dcd95012e729c7"},
      {DType::q2_k, {80, 82}, "1134c9fc72a3e7679b2b9367a71cf65bd0936c2f92142c05fa69341c31fd3aa2"},
      {DType::q3_k, {108}, "a86b71614a8603c6b5af2f190c047b5ccbbb10bbd31116971111911744ba61e3"},
      {DType::iq4_nl, {0}, "d059184d0b9bdd47301121a1677fe0c2d76fa3013e02454ba05c874fa911b90b"},
      {DType::iq4_xs, {0}, "2d5567ce23e68149d1ba060d6bd812f7ae0006ac5238bd18c07fc7cdb1f8417e"},
      {DType::mxfp4, {}, "356312b8c7620d6708b90994fd57bc8964a43fcfd6744086b63f6225617c75cf"},
      {DType::q4_k, {0, 2}, "b8c8e2dffaacfaf94f038fa46dc113faab1b0aabfa40e4636fd131721434ceff"},
      {DType::q5_k, {0, 2}, "bce88929e67abac5225dd19a317948a6bcf3dc62af121c9abfae74ee6b618b9d"},
      {DType::q6_k, {208}, "1ff818bdce2c14125b7b1dbc9e26fcfb926ab86a9b341cc20c6d68d6489f3a68"},
  };
  for (const auto& [dtype, halves, sha256] : cases) {
    const DTypeInfo& info = dtype_info(dtype);
    Bytes bytes = pseudo_random_bytes(static_cast<std::size_t>(64 * 256 / info.block_size * info.block_bytes));
    for (std::size_t block = 0; block < bytes.size(); block += static_cast<std::size_t>(info.block_bytes)) {
      for (std::size_t at : halves) bytes[block + at + 1] &= 0xbf;
    }
    const std::vector<float> values = dequantized(dtype, bytes);
    Sha256 hash;
    hash.update(std::as_bytes(std::span(values)));
    EXPECT_EQ(hash.finish(), sha256) << info.name;
  }
}

template <class T>
std::vector<float> from_numbers(DType dtype, const std::vector<T>& stored) {
  Bytes bytes(stored.size() * sizeof(T) + 1);
  std::memcpy(bytes.data() + 1, stored.data(), bytes.size() - 1);  // not aligned
  std::vector<float> values(stored.size());
  dequantize({dtype, {static_cast<std::int64_t>(stored.size())}, std::as_bytes(std::span(bytes)).subspan(1)}, 0,
             values);
  return values;
}

TEST(Dequantize, PlainTypes) {
  const std::vector<float> floats = {0.0f, -1.5f, 3.4e38f, 1e-42f};
  EXPECT_EQ(from_numbers(DType::f32, floats), floats);
  EXPECT_EQ(from_numbers(DType::f64, std::vector<double>{1.0, 0.1, -1e300}),
            (std::vector<float>{1.0f, 0.1f, -INFINITY}));
  EXPECT_EQ(from_numbers<std::uint16_t>(DType::f16, {0x3c00, 0xc100, 0x0001}),
            (std::vector<float>{1.0f, -2.5f, 0x1p-24f}));
  EXPECT_EQ(from_numbers<std::uint16_t>(DType::bf16, {0x3f80, 0xc020}), (std::vector<float>{1.0f, -2.5f}));
}

TEST(Dequantize, PartsAreThoseOfTheWhole) {
  for (DType dtype : {DType::f16, DType::q5_1, DType::q4_k}) {
    const DTypeInfo& info = dtype_info(dtype);
    Bytes bytes = pseudo_random_bytes(static_cast<std::size_t>(6 * info.block_bytes));
    for (std::size_t i = 1; i < bytes.size(); ++i) bytes[i] &= 0x3f;  // no infinities, whatever is a float16
    const std::vector<float> whole = dequantized(dtype, bytes);
    const TensorView matrix{dtype, {3, 2 * info.block_size}, std::as_bytes(std::span(bytes))};
    std::vector<float> row(static_cast<std::size_t>(2 * info.block_size));
    for (std::int64_t r = 0; r < 3; ++r) {
      dequantize(matrix, r * matrix.shape[1], row);
      EXPECT_TRUE(std::equal(row.begin(), row.end(), whole.begin() + r * 2 * info.block_size)) << info.name;
    }
    std::vector<float> middle(static_cast<std::size_t>(3 * info.block_size));
    dequantize(matrix, 2 * info.block_size, middle);
    EXPECT_TRUE(std::equal(middle.begin(), middle.end(), whole.begin() + 2 * info.block_size)) << info.name;
  }
}

TEST(Dequantize, NothingIsThereInAnEmptyTensor) {
  for (DType dtype : {DType::f32, DType::f16, DType::q8_0, DType::q6_k})
    EXPECT_NO_THROW(dequantize({dtype, {0}, {}}, 0, {}));
}

TEST(Dequantize, IntegersAndBytesOfOtherProgramsHoldNoWeights) {
  const Bytes bytes(8);
  std::vector<float> values(1);
  for (DType dtype : {DType::i8, DType::i16, DType::i32, DType::i64, DType::u8, DType::u16, DType::u32, DType::u64,
                      DType::boolean, DType::f8_e4m3, DType::f8_e5m2, DType::f8_e8m0}) {
    EXPECT_FALSE(holds_weights(dtype));
    const Error error = test::error_of([&] { dequantize({dtype, {1}, std::as_bytes(std::span(bytes))}, 0, values); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(error.what()).find(dtype_info(dtype).name), std::string::npos);
  }
}

TEST(Dequantize, OurOwnMistakesAreCaught) {
  const Bytes bytes(2 * 34);
  const TensorView tensor{DType::q8_0, {2, 32}, std::as_bytes(std::span(bytes))};
  std::vector<float> block(32), half(16), all(96);
  const auto code_of = [&](std::int64_t first, std::span<float> out) {
    return test::error_of([&] { dequantize(tensor, first, out); }).code();
  };
  EXPECT_EQ(code_of(0, half), ErrorCode::internal);
  EXPECT_EQ(code_of(16, block), ErrorCode::internal);
  EXPECT_EQ(code_of(64, block), ErrorCode::internal);
  EXPECT_EQ(code_of(-32, block), ErrorCode::internal);
  EXPECT_EQ(code_of(0, all), ErrorCode::internal);
}

}  // namespace
}  // namespace partwise::internal
