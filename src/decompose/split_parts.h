// How far what parts are split into misses their sum.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace partwise::internal {

/// The larger one; a NaN stays.
inline double larger_miss(double miss, double other) { return other <= miss ? miss : other; }

/// The largest difference between a part and the sum of the columns that it is split into.
/// split [n_parts, any, n_labels], or empty; parts [n_parts, n_labels]
inline double split_miss(std::span<const float> split, std::span<const float> parts, std::int64_t n_labels) {
  const std::int64_t n_columns = std::ssize(split) / std::ssize(parts);
  double miss = 0;
  for (std::int64_t i = 0; i < std::ssize(parts) && !split.empty(); ++i) {
    double sum = 0;
    for (std::int64_t s = 0; s < n_columns; ++s)
      sum += double{split[(i / n_labels * n_columns + s) * n_labels + i % n_labels]};
    miss = larger_miss(miss, std::abs(sum - double{parts[i]}));
  }
  return miss;
}

/// The same of the MLPs of layers with experts.  experts [n_layers, n_experts, n_labels], or empty; mlps [n_layers,
/// n_labels]; has_experts [n_layers]
inline double split_miss_of_experts(std::span<const float> experts, std::span<const float> mlps,
                                    const std::vector<bool>& has_experts, std::int64_t n_labels) {
  double miss = 0;
  for (std::size_t l = 0; l < has_experts.size() && !experts.empty(); ++l) {
    const std::size_t size = experts.size() / has_experts.size(), n = static_cast<std::size_t>(n_labels);
    if (has_experts[l])
      miss = larger_miss(miss, split_miss(experts.subspan(l * size, size), mlps.subspan(l * n, n), n_labels));
  }
  return miss;
}

}  // namespace partwise::internal
