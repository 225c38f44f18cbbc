#pragma once

#include "ops/backend.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/team.h"

namespace partwise::cpu {

/// Rows that a task multiplies by one panel: enough to make the panel's way into the cache worth while, few enough for
/// their activations to stay near.
constexpr std::int64_t kTaskRows = 192;

/// Backend::pack: panels of outputs, each as the kernels read it.
std::unique_ptr<PackedWeight> pack(const Kernels& kernels, Team& team, ConstMatrix weight);

/// Backend::linear for a weight that the same kernels packed.
void linear(const Kernels& kernels, Team& team, const PackedWeight& weight, std::span<const float> bias, ConstMatrix x,
            Matrix y);

}  // namespace partwise::cpu
