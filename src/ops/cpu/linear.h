// Products of rows with packed weights.
#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/products.h"

namespace partwise::internal::cpu {

/// Backend::few_rows: with fewer rows per thread, threads divide outputs, not rows.
constexpr std::int64_t kFewRows = 48;

/// Backend::linear for weights that the same kernels packed.
void linear(const Kernels& kernels, const ProductKernels& by, int n_threads, std::span<const Product> products,
            const Normed& in);

}  // namespace partwise::internal::cpu
