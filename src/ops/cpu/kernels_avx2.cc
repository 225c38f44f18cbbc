// src/CMakeLists.txt compiles this file for AVX2.
#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

#if defined(__x86_64__) && !defined(__AVX2__)
#error "this file needs the compiler's options for AVX2"
#endif

namespace partwise::internal::cpu {

const Kernels kAvx2Kernels = {"avx2",   kAttention,     dot, dots, rms_norm, layer_norm, rotate,
                              activate, gated_activate, add, exp};
const ProductKernels kAvx2Products = float32_products("avx2"), kAvx2RoundedProducts = rounded_products("avx2 rounded");

}  // namespace partwise::internal::cpu
