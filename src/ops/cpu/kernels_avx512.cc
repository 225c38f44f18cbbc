#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

namespace partwise::cpu {

const Kernels kAvx512Kernels = {"avx512", kPanelWidth, pack_panel, multiply, attention, dot,
                                rms_norm, rotate,      swiglu,     add,      exp};

}  // namespace partwise::cpu
