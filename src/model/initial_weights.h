// Weights as they are before training: the control that shows what part of a result is learned.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tensor/tensor_view.h"

namespace partwise::internal {

/// Elements [first, first + out.size()) of the tensor that the table calls `name`, as the transformers library makes
/// new models of these architectures. Matrices are normally distributed around zero with standard deviation `range`
/// (config.json's initializer_range), gains of norms are 1, biases are 0. An element depends only on seed, name and
/// place, not on the machine: the only function of the C library that is used is the square root, whose rounding IEEE
/// 754 fixes.
void initial_values(std::uint64_t seed, std::string_view name, const Shape& shape, double range, std::int64_t first,
                    std::span<float> out);

/// The value below which a standard normal variable lies with probability p, 0 < p < 1. The relative error is at most
/// 1e-15. Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37
/// (1988).
double normal_quantile(double p);

}  // namespace partwise::internal
