#include "ops/cpu/kernels.h"

#include <oneapi/dnnl/dnnl.hpp>

namespace partwise::cpu {

const Kernels& best_kernels() {
#if defined(__x86_64__)
  // An instruction set's value in oneDNN holds the bits of those it contains.
  const auto allowed = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto allows = [allowed](dnnl::cpu_isa isa) {
    return (allowed & static_cast<unsigned>(isa)) == static_cast<unsigned>(isa);
  };
  if (allows(dnnl::cpu_isa::avx512_core)) return kAvx512Kernels;
  if (allows(dnnl::cpu_isa::avx2) && __builtin_cpu_supports("fma")) return kAvx2Kernels;
#endif
  return kBaselineKernels;
}

}  // namespace partwise::cpu
