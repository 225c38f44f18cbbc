// The fit of readers/dual_fit.h for many rows or labels: Newton's method, whose steps are found by conjugate gradients.
#pragma once

#include <cstdint>
#include <span>

#include "base/progress.h"
#include "readers/dual_fit.h"
#include "readers/score_kernel.h"

namespace partwise::internal {

inline constexpr double kSmallestMiss = 1e-11;  // the residual at which a fit ends; terms of a residual are at most 1

/// What is not the same in every fit.
struct FitDetails {
  std::span<const double> row_weights = {};  // of the rows' cross-entropy  [n_rows]; empty: all are 1
  std::span<const double> start = {};        // the dual variables to begin with  [n_rows, n_labels]; empty: 0
  double enough = kSmallestMiss;             // the residual at which the fit ends
};

/// The same optimum as dual_fit of the kernel's gram, but it only multiplies by the gram and never writes it out.
/// Errors: what `progress` throws.  offset [n_rows, n_labels]
DualFit newton_cg(const ScoreKernel& kernel, std::span<const double> offset, std::span<const std::int32_t> labels,
                  const ProgressFn& progress = {}, const FitDetails& details = {});

}  // namespace partwise::internal
