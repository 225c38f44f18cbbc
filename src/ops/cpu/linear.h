#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/products.h"

namespace partwise::cpu {

/// Rows below which a thread's share is cut by outputs rather than by rows.
constexpr std::int64_t kFewRows = 48;

/// Backend::linear for a weight that the same products packed.
void linear(const Kernels& kernels, const ProductKernels& products, int n_threads, const PackedWeight& weight,
            std::span<const float> bias, const Normed& x, Matrix y);

}  // namespace partwise::cpu
