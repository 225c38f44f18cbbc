// Weights as they are before training: the control that says what of a result is learned.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tensor/tensor_view.h"

namespace partwise {

/// Elements [first, first + out.size()) of the tensor that the table calls `name`: matrices normally distributed around
/// zero with standard deviation `range` (config.json's initializer_range), gains of norms 1, biases 0, as the
/// transformers library makes new models of these architectures. An element depends on seed, name and place alone, and
/// on nothing of the machine: no function of the C library is used but square roots, which IEEE 754 rounds.
void initial_values(std::uint64_t seed, std::string_view name, const Shape& shape, double range, std::int64_t first,
                    std::span<float> out);

/// The value below which a standard normal variable lies with probability p, 0 < p < 1, within 1e-15 of itself.
/// Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988).
double normal_quantile(double p);

}  // namespace partwise
