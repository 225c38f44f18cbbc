#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"

namespace partwise::cpu {

/// Backend::pack: panels of outputs, each as the kernels read it.
std::unique_ptr<PackedWeight> pack(const Kernels& kernels, int n_threads, const RowSource& weight);

/// Backend::linear for a weight that the same kernels packed.
void linear(const Kernels& kernels, int n_threads, const PackedWeight& weight, std::span<const float> bias,
            ConstMatrix x, Matrix y);

}  // namespace partwise::cpu
