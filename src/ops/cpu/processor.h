// What this processor can do, and what the user allows.
#pragma once

namespace partwise::internal::cpu {

/// Each includes all before it.
enum class InstructionSet { baseline, avx2, avx512, avx512_bf16, amx_bf16 };

/// The best one that the processor has and PARTWISE_MAX_ISA allows. The values of PARTWISE_MAX_ISA are those of
/// oneDNN's own variable, so that benchmarks can give both the same limit.
InstructionSet best_instruction_set();

}  // namespace partwise::internal::cpu
