// The kernels for every processor.
#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

namespace partwise::internal::cpu {

const Kernels kBaselineKernels = {"baseline", kAttention,     dot, dots, rms_norm, layer_norm, rotate,
                                  activate,   gated_activate, add, exp};
const ProductKernels kBaselineProducts = float32_products("baseline"),
                     kBaselineRoundedProducts = rounded_products("baseline rounded");

}  // namespace partwise::internal::cpu
