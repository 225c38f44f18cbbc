#include "ops/cpu/processor.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace partwise::internal::cpu {
namespace {

/// The newest instructions that the variable allows. Values that are not listed here allow all.
InstructionSet allowed() {
  const char* limit = std::getenv("PARTWISE_MAX_ISA");
  const std::string_view most = limit ? limit : "";
  constexpr std::array<std::pair<std::string_view, InstructionSet>, 7> kLimits = {
      {{"SSE41", InstructionSet::baseline},
       {"AVX", InstructionSet::baseline},
       {"AVX2", InstructionSet::avx2},
       {"AVX2_VNNI", InstructionSet::avx2},
       {"AVX512_CORE", InstructionSet::avx512},
       {"AVX512_CORE_VNNI", InstructionSet::avx512},
       {"AVX512_CORE_BF16", InstructionSet::avx512_bf16}}};
  for (const auto& [name, set] : kLimits)
    if (most == name) return set;
  return InstructionSet::amx_bf16;
}

#if defined(__x86_64__)
/// The tile registers are large, so each process must ask Linux for them once.
bool may_use_tiles() {
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

bool has_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kBf16 = 1u << 22, kTile = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kBf16) != 0 && (d & kTile) != 0 && may_use_tiles();
}

InstructionSet available() {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return InstructionSet::baseline;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return InstructionSet::avx2;
  if (!__builtin_cpu_supports("avx512bf16")) return InstructionSet::avx512;
  return has_tiles() ? InstructionSet::amx_bf16 : InstructionSet::avx512_bf16;
}
#else
InstructionSet available() { return InstructionSet::baseline; }
#endif

}  // namespace

InstructionSet best_instruction_set() {
  static const InstructionSet has = available();
  return std::min(has, allowed());
}

}  // namespace partwise::internal::cpu
