#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/products.h"

namespace partwise::internal::cpu {

/// Backend::mlp for weights that the same products packed. It works on a few hidden units at a time, so that they stay
/// in the cache: their gate and input products, the activation, and what the last product reads of them.
void mlp(const Kernels& kernels, const ProductKernels& products, int n_threads, const Mlp& mlp, const Normed& x,
         Matrix y);

}  // namespace partwise::internal::cpu
