// Rows of a pool left out by fits from scratch: the plain way, which works for every kind and every size.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "readers/reader.h"

namespace partwise::internal {

/// The same input with these rows of the pool alone, in this order.
FitInput with_pool_rows(const FitInput& input, const PoolRows& kept);

/// Fits on `kept` and scores `rows` of its parts.  out [rows.size(), n_labels]
using FitAndScore =
    std::function<void(const FitInput& kept, std::span<const std::int64_t> rows, std::span<double> out)>;

/// As left_out_scores (readers/pool_kernel.h).  [n_rows, n_labels]
std::vector<double> refit_scores(const FitInput& input, const std::vector<PoolRows>& parts_out,
                                 const FitAndScore& fit_and_score);

}  // namespace partwise::internal
