// What this processor can do and the user allows.
#pragma once

namespace partwise::cpu {

/// Later ones have all that earlier ones have.
enum class InstructionSet { baseline, avx2, avx512, avx512_bf16, amx_bf16 };

/// The best that the processor has and ONEDNN_MAX_CPU_ISA allows: oneDNN's variable, so that tests and benchmarks set
/// one for both.
InstructionSet best_instruction_set();

}  // namespace partwise::cpu
