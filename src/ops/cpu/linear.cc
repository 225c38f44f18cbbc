#include "ops/cpu/linear.h"

#include "ops/cpu/panels.h"
#include "ops/cpu/parallel.h"

namespace partwise::cpu {

/// The threads share out (group of rows, panel) pairs in this order: a thread keeps a panel in its cache for all its
/// rows, and where rows are few the threads share their panels.
void linear(const Kernels& kernels, const ProductKernels& products, int n_threads, const PackedWeight& weight,
            std::span<const float> bias, const Normed& in, Matrix y) {
  const PanelWeight& w = as_panels(weight, products);
  const ConstMatrix x = in.x;
  const std::int64_t n_panels = w.n_panels(), n_groups = std::clamp<std::int64_t>(x.rows / kFewRows, 1, n_threads);
  split(n_threads, n_groups * n_panels, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t group = first / n_panels; group * n_panels < last; ++group) {
      const Range rows{x.rows * group / n_groups, x.rows * (group + 1) / n_groups};
      const Range panels{std::max(first - group * n_panels, std::int64_t{0}),
                         std::min(last - group * n_panels, n_panels)};
      multiply(w, bias, panels, LeftRows(kernels, products, {x.block(rows.first, rows.size()), in.norm}),
               y.block(rows.first, rows.size()).columns(panels.first * w.width(), y.cols - panels.first * w.width()));
    }
  });
}

}  // namespace partwise::cpu
