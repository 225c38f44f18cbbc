// For every processor.
#include "ops/cpu/attention_kernel.h"
#include "ops/cpu/product_kernel.h"
#include "ops/cpu/row_kernels.h"

namespace partwise::cpu {

const Kernels kBaselineKernels = {"baseline", kPanelWidth, pack_panel, multiply,       attention, dot, rms_norm,
                                  layer_norm, rotate,      activate,   gated_activate, add,       exp};

}  // namespace partwise::cpu
