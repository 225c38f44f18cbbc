// What this processor can do, and what the user allows.
#pragma once

namespace partwise::cpu {

/// Each includes all before it.
enum class InstructionSet { baseline, avx2, avx512, avx512_bf16, amx_bf16 };

/// The best one that the processor has and ONEDNN_MAX_CPU_ISA allows. This is oneDNN's variable, so that benchmarks set
/// one variable for both.
InstructionSet best_instruction_set();

}  // namespace partwise::cpu
