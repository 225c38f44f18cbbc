#pragma once

#include "ops/backend.h"

namespace partwise::cpu {

/// Rows of one oneDNN product. The primitive's shape is always this one, whatever the number of rows
/// asked for, since oneDNN's order of summation is a matter of the shape (and, before AVX-512, of a
/// row's place among the last ones).
constexpr std::int64_t kPanelRows = 48;

std::unique_ptr<PackedWeight> pack(int n_threads, ConstMatrix weight);

/// Backend::linear on panels of kPanelRows rows, which are shared out over the threads.
void linear(int n_threads, const PackedWeight& weight, std::span<const float> bias, ConstMatrix x, Matrix y);

}  // namespace partwise::cpu
