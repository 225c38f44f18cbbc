#include "ops/cpu/linear.h"

#include "base/team.h"
#include "ops/cpu/panels.h"
#include "ops/host_rows.h"

namespace partwise::internal::cpu {

/// The threads divide the pairs (group of rows, panel) in this order: a thread keeps a panel in its cache for all its
/// rows. If there are few rows, the threads share the panels of these rows.
void linear(const Kernels& kernels, const ProductKernels& by, int n_threads, std::span<const Product> products,
            const Normed& in) {
  const ConstRows x = in.x;
  std::int64_t n_panels = 0;  // of all products, one after another
  for (const Product& product : products) n_panels += as_panels(product.weight, by).n_panels();
  const std::int64_t n_groups = std::clamp<std::int64_t>(x.rows / kFewRows, 1, n_threads);
  split(n_threads, n_groups * n_panels, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t group = first / n_panels; group * n_panels < last; ++group) {
      const std::int64_t row = x.rows * group / n_groups, n_rows = x.rows * (group + 1) / n_groups - row;
      const LeftRows rows(kernels, by, {x.block(row, n_rows), in.norm});
      std::int64_t before = group * n_panels;
      for (const auto& [weight, bias, y] : products) {
        const PanelWeight& w = as_panels(weight, by);
        const Range own{std::max<std::int64_t>(first - before, 0), std::min(last - before, w.n_panels())};
        before += w.n_panels();
        if (own.size() <= 0) continue;
        const std::int64_t column = own.first * w.width();
        multiply(w, bias, own, rows, on_host(y.block(row, n_rows).columns(column, y.cols - column)));
      }
    }
  });
}

}  // namespace partwise::internal::cpu
