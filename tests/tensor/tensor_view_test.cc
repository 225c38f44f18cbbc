#include "tensor/tensor_view.h"

#include <gtest/gtest.h>

#include "support/errors.h"
#include "tensor/array.h"

namespace partwise::internal {
namespace {

using test::error_of;

constexpr std::int64_t kLarge = std::int64_t{1} << 62;

TEST(Shape, PrintsAsAList) {
  EXPECT_EQ(to_string(Shape{576, 1536}), "[576, 1536]");
  EXPECT_EQ(to_string(Shape{}), "[]");
}

TEST(Shape, CountsElements) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({2, 3, 4}), 24);
  EXPECT_EQ(element_count({5, 0}), 0);
  EXPECT_EQ(element_count({kLarge, kLarge, 0}), 0);
  EXPECT_EQ(element_count({kLarge}), kLarge);
}

TEST(Shape, ImpossibleOnesAreErrors) {
  EXPECT_EQ(error_of([] { element_count({kLarge, 2}); }).code(), ErrorCode::bad_data);
  EXPECT_EQ(error_of([] { element_count({2, -1}); }).code(), ErrorCode::bad_data);
  EXPECT_EQ(error_of([] { element_count({-1, 0}); }).code(), ErrorCode::bad_data);
}

TEST(Shape, CountsBytes) {
  EXPECT_EQ(byte_count(DType::f32, {2, 3}), 24);
  EXPECT_EQ(byte_count(DType::bf16, {}), 2);
  EXPECT_EQ(byte_count(DType::q4_1, {3, 64}), 3 * 2 * 20);
  EXPECT_EQ(byte_count(DType::q6_k, {2, 256}), 2 * 210);
  EXPECT_EQ(byte_count(DType::q6_k, {256, 128}), std::nullopt);  // rows are half a block
  EXPECT_EQ(byte_count(DType::q8_0, {}), std::nullopt);
  EXPECT_EQ(byte_count(DType::f64, {kLarge}), std::nullopt);
  EXPECT_EQ(byte_count(DType::f32, {-1}), std::nullopt);
}

// Sizes from the GGUF and safetensors specifications.
TEST(DType, SizesAndNames) {
  const struct {
    DType dtype;
    const char* name;
    std::int64_t block_size, block_bytes;
  } all[] = {{DType::f32, "F32", 1, 4},           {DType::f16, "F16", 1, 2},         {DType::bf16, "BF16", 1, 2},
             {DType::f64, "F64", 1, 8},           {DType::i8, "I8", 1, 1},           {DType::i16, "I16", 1, 2},
             {DType::i32, "I32", 1, 4},           {DType::i64, "I64", 1, 8},         {DType::u8, "U8", 1, 1},
             {DType::u16, "U16", 1, 2},           {DType::u32, "U32", 1, 4},         {DType::u64, "U64", 1, 8},
             {DType::boolean, "BOOL", 1, 1},      {DType::f8_e4m3, "F8_E4M3", 1, 1}, {DType::f8_e5m2, "F8_E5M2", 1, 1},
             {DType::f8_e8m0, "F8_E8M0", 1, 1},   {DType::q8_0, "Q8_0", 32, 34},     {DType::q4_0, "Q4_0", 32, 18},
             {DType::q4_1, "Q4_1", 32, 20},       {DType::q5_0, "Q5_0", 32, 22},     {DType::q5_1, "Q5_1", 32, 24},
             {DType::q4_k, "Q4_K", 256, 144},     {DType::q5_k, "Q5_K", 256, 176},   {DType::q6_k, "Q6_K", 256, 210},
             {DType::q2_k, "Q2_K", 256, 84},      {DType::q3_k, "Q3_K", 256, 110},   {DType::iq4_nl, "IQ4_NL", 32, 18},
             {DType::iq4_xs, "IQ4_XS", 256, 136}, {DType::mxfp4, "MXFP4", 32, 17}};
  for (const auto& expected : all) {
    EXPECT_EQ(dtype_info(expected.dtype).name, expected.name);
    EXPECT_EQ(dtype_info(expected.dtype).block_size, expected.block_size) << expected.name;
    EXPECT_EQ(dtype_info(expected.dtype).block_bytes, expected.block_bytes) << expected.name;
  }
}

TEST(Array, IsRowMajor) {
  Array<float> array({2, 3, 4}, 1.5f);
  EXPECT_EQ(array.size(), 24);
  array(1, 2, 3) = 7;
  array(0, 1, 0) = 8;
  EXPECT_EQ(array.flat()[23], 7);
  EXPECT_EQ(array.flat()[4], 8);
  EXPECT_EQ(std::as_const(array)(0, 0, 0), 1.5f);
  EXPECT_EQ(array.dim(1), 3);
  EXPECT_TRUE(Array<float>().empty());
}

}  // namespace
}  // namespace partwise::internal
