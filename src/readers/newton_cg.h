// The fit of readers/dual_fit.h for many rows or labels: Newton's method, whose steps are found by conjugate gradients.
#pragma once

#include <cstdint>
#include <span>

#include "base/progress.h"
#include "readers/dual_fit.h"
#include "readers/score_kernel.h"

namespace partwise::internal {

/// The same optimum as dual_fit of the kernel's gram, but it only multiplies by the gram and never writes it out.
/// Errors: what `progress` throws.  offset [n_rows, n_labels]
DualFit newton_cg(const ScoreKernel& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
                  const ProgressFn& progress = {});

}  // namespace partwise::internal
