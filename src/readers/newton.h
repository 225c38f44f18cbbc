// Newton's method on the dual variables of a fit (readers/dual_fit.h), however its steps are found.
#pragma once

#include <optional>
#include <utility>

#include "readers/dual_fit.h"

namespace partwise::internal {

/// Tries the full step, half of it, a quarter ... Returns the first point that improves; nullopt if none does.
template <class Problem>
std::optional<DualPoint> step_down(const Problem& problem, const DualPoint& from) {
  const Eigen::VectorXd delta = problem.newton_step(from);
  for (double t = 1; t > 1e-10; t /= 2) {
    DualPoint to = problem.at(from.a - t * delta);
    if (to.improves(from)) return to;
  }
  return {};
}

/// problem.at(a) is the state at `a`; problem.newton_step(point) the delta that solves
/// (kRidge I + H gram) delta = residual.
template <class Problem>
DualFit newton_fit(const Problem& problem, Eigen::VectorXd start) {
  DualPoint point = problem.at(std::move(start));
  DualFit fit;
  for (; fit.steps < kMostNewtonSteps && point.miss() > kSmallestResidual; ++fit.steps) {
    std::optional<DualPoint> next = step_down(problem, point);
    if (!next) break;  // as low as double precision goes
    point = *std::move(next);
  }
  fit.objective = point.objective;
  const Eigen::VectorXd a = point.a - point.residual / kRidge;
  fit.a.assign(a.begin(), a.end());
  return fit;
}

}  // namespace partwise::internal
