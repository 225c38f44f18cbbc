#include "ops/cpu/kernels.h"

#include "ops/cpu/processor.h"
#include "ops/cpu/products.h"

namespace partwise::internal::cpu {

const Kernels& best_kernels() {
#if defined(__x86_64__)
  const InstructionSet set = best_instruction_set();
  if (set >= InstructionSet::avx512) return kAvx512Kernels;
  if (set == InstructionSet::avx2) return kAvx2Kernels;
#endif
  return kBaselineKernels;
}

const BlockAttention* best_block_attention([[maybe_unused]] Precision precision) {
#if defined(__x86_64__)
  if (precision == Precision::bf16 && best_instruction_set() == InstructionSet::amx_bf16) return &kAmxBf16Attention;
#endif
  return nullptr;
}

const ProductKernels& best_products(Precision precision) {
  const bool rounded = precision == Precision::bf16;
#if defined(__x86_64__)
  const InstructionSet set = best_instruction_set();
  if (rounded && set == InstructionSet::amx_bf16) return kAmxBf16Products;
  if (rounded && set == InstructionSet::avx512_bf16) return kAvx512Bf16Products;
  if (set >= InstructionSet::avx512) return rounded ? kAvx512RoundedProducts : kAvx512Products;
  if (set == InstructionSet::avx2) return rounded ? kAvx2RoundedProducts : kAvx2Products;
#endif
  return rounded ? kBaselineRoundedProducts : kBaselineProducts;
}

}  // namespace partwise::internal::cpu
