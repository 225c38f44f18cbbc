#pragma once

#include "ops/backend.h"
#include "ops/cpu/products.h"

namespace partwise::cpu {

/// Backend::pack: panels of outputs, each as the products read it.
std::unique_ptr<PackedWeight> pack(const ProductKernels& products, int n_threads, const RowSource& weight);

/// Backend::linear for a weight that the same products packed.
void linear(const ProductKernels& products, int n_threads, const PackedWeight& weight, std::span<const float> bias,
            ConstMatrix x, Matrix y);

}  // namespace partwise::cpu
