// src/CMakeLists.txt compiles this file for AVX-512.
#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

#if defined(__x86_64__) && !defined(__AVX512F__)
#error "this file needs the compiler's options for AVX-512"
#endif

namespace partwise::cpu {

const Kernels kAvx512Kernels = {"avx512",   kPanelWidth, pack_panel, multiply,       attention, dot, rms_norm,
                                layer_norm, rotate,      activate,   gated_activate, add,       exp};

}  // namespace partwise::cpu
