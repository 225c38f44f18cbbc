#include "ops/cpu/kernels.h"

#include <cstdlib>
#include <string_view>

namespace partwise::cpu {

const Kernels& best_kernels() {
#if defined(__x86_64__)
  const char* limit = std::getenv("ONEDNN_MAX_CPU_ISA");
  const std::string_view most = limit ? limit : "";
  if (most == "SSE41" || most == "AVX") return kBaselineKernels;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && !most.starts_with("AVX2")) return kAvx512Kernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kAvx2Kernels;
#endif
  return kBaselineKernels;
}

}  // namespace partwise::cpu
