#include "tensor/dtype.h"

#include <iterator>

namespace partwise::internal {

const DTypeInfo& dtype_info(DType dtype) {
  static constexpr DTypeInfo kInfo[] = {
      {"F32", 1, 4},      {"F16", 1, 2},      {"BF16", 1, 2},       {"F64", 1, 8},      {"I8", 1, 1},
      {"I16", 1, 2},      {"I32", 1, 4},      {"I64", 1, 8},        {"U8", 1, 1},       {"U16", 1, 2},
      {"U32", 1, 4},      {"U64", 1, 8},      {"BOOL", 1, 1},       {"F8_E4M3", 1, 1},  {"F8_E5M2", 1, 1},
      {"F8_E8M0", 1, 1},  {"Q8_0", 32, 34},   {"Q4_0", 32, 18},     {"Q4_1", 32, 20},   {"Q5_0", 32, 22},
      {"Q5_1", 32, 24},   {"Q2_K", 256, 84},  {"Q3_K", 256, 110},   {"Q4_K", 256, 144}, {"Q5_K", 256, 176},
      {"Q6_K", 256, 210}, {"IQ4_NL", 32, 18}, {"IQ4_XS", 256, 136}, {"MXFP4", 32, 17},
  };
  static_assert(std::size(kInfo) == static_cast<std::size_t>(DType::mxfp4) + 1);
  return kInfo[static_cast<std::size_t>(dtype)];
}

bool holds_weights(DType dtype) { return dtype <= DType::f64 || dtype >= DType::q8_0; }

}  // namespace partwise::internal
