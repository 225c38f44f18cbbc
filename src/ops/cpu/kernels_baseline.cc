// For every processor.
#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

namespace partwise::cpu {

const Kernels kBaselineKernels = {"baseline", kPanelWidth, pack_panel, multiply, attention, dot,
                                  rms_norm,   rotate,      swiglu,     add,      exp};

}  // namespace partwise::cpu
