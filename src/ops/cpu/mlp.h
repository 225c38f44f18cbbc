#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/products.h"

namespace partwise::cpu {

/// Backend::mlp for weights that the same products packed. What the activation reads stays near: some outputs
/// of the gate and of the product beside it are made, and then what the last product reads of them.
void mlp(const Kernels& kernels, const ProductKernels& products, int n_threads, const Mlp& mlp, const Normed& x,
         Matrix y);

}  // namespace partwise::cpu
