// src/CMakeLists.txt compiles this file for AVX-512.
#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

#if defined(__x86_64__) && !defined(__AVX512F__)
#error "this file needs the compiler's options for AVX-512"
#endif

namespace partwise::internal::cpu {

const Kernels kAvx512Kernels = {"avx512", kAttention,     dot, dots, rms_norm, layer_norm, rotate,
                                activate, gated_activate, add, exp};
const ProductKernels kAvx512Products = float32_products("avx512"),
                     kAvx512RoundedProducts = rounded_products("avx512 rounded");

}  // namespace partwise::internal::cpu
