// The operands of products: weights in panels, and rows in the form that products read.
#pragma once

#include <algorithm>

#include "base/buffer.h"
#include "base/round.h"
#include "ops/backend.h"
#include "ops/cpu/kernels.h"
#include "ops/cpu/products.h"

namespace partwise::internal::cpu {

/// A range [first, end).
struct Range {
  std::int64_t first, end;
  std::int64_t size() const { return end - first; }
};

/// A weight in panels of outputs  [n_panels, n_in, width]
struct PanelWeight final : PackedWeight {
  PanelWeight(std::int64_t in, std::int64_t out, const ProductKernels& by)
      : inputs(in), outputs(out), products(by), values(make_buffer<std::byte>(bytes(in, out, by))) {}
  std::int64_t n_in() const override { return inputs; }
  std::int64_t n_out() const override { return outputs; }
  std::int64_t width() const { return products.panel_width; }
  std::int64_t n_panels() const { return divide_up(outputs, width()); }
  /// Bytes of `n_inputs` inputs in a panel, of a whole panel, and of all panels of a weight.
  std::int64_t bytes(std::int64_t n_inputs) const { return n_inputs * width() * products.element_size; }
  std::int64_t panel_bytes() const { return panel_bytes(inputs, products); }
  static std::int64_t panel_bytes(std::int64_t in, const ProductKernels& by) {
    return round_up<std::int64_t>(in, by.input_multiple) * by.panel_width * by.element_size;
  }
  static std::int64_t bytes(std::int64_t in, std::int64_t out, const ProductKernels& by) {
    return divide_up<std::int64_t>(out, by.panel_width) * panel_bytes(in, by);
  }
  std::byte* panel(std::int64_t i) const { return values.get() + i * panel_bytes(); }
  std::int64_t outputs_of(std::int64_t i) const { return std::min(width(), outputs - i * width()); }

  std::int64_t inputs, outputs;
  const ProductKernels& products;
  Buffer<std::byte> values;
};

/// Backend::pack.
std::unique_ptr<PackedWeight> pack(const ProductKernels& products, int n_threads, const RowReader& weight);

/// The products that a weight of this back end was packed for.
const ProductKernels& products_of(const PackedWeight& weight);

/// The weight, which must have been packed by these products.
const PanelWeight& as_panels(const PackedWeight& weight, const ProductKernels& products);

/// Rows that are multiplied: float32 rows in place, or packed rows.  [n_rows, n_in]
class LeftRows {
 public:
  /// The rows of x, which must stay in place.
  LeftRows(const Kernels& kernels, const ProductKernels& products, const Normed& x);
  /// Rows to be filled in.
  LeftRows(const ProductKernels& products, std::int64_t n_rows, std::int64_t n_in);

  std::int64_t stride() const { return stride_; }
  /// Inputs from `first` on, a multiple of input_multiple.
  const std::byte* from(std::int64_t first) const { return rows_ + offset(first); }
  /// The same for rows to be filled in.
  std::byte* to(std::int64_t first) { return own_.get() + offset(first); }

  /// Where to write n inputs from `first` on before put() is called: into the rows themselves, or into `scratch`
  /// [n_rows, n] if rows are packed.
  Matrix room(std::int64_t first, std::int64_t n, Matrix scratch);
  void put(std::int64_t first, ConstMatrix x);

 private:
  void put_normed(const Kernels& kernels, const Normed& x);
  std::int64_t offset(std::int64_t first) const { return first * products_.rows_together * products_.element_size; }

  const ProductKernels& products_;
  std::int64_t n_rows_, n_in_, stride_;
  Buffer<std::byte> own_;
  const std::byte* rows_;
};

/// Products run over blocks of this many inputs, up to twice as many, so that one thread's rows of a block stay in the
/// second-level cache. A multiple of every input_multiple.
constexpr std::int64_t kInputBlock = 1024;

/// Calls body(range) for consecutive ranges that cover [0, n), each as long as `block` or up to twice that.
template <class Body>
void for_ranges(std::int64_t n, std::int64_t block, const Body& body) {
  const std::int64_t n_ranges = std::max<std::int64_t>(1, n / block);
  for (std::int64_t i = 0; i < n_ranges; ++i) body(Range{i * block, i + 1 < n_ranges ? (i + 1) * block : n});
}

/// The product of these inputs with these panels. The first inputs set y, later ones add to y, and the last ones also
/// add the bias.  x[:, 0] is the first of these inputs, y[:, 0] the first panel's first output
struct PanelSums {
  const PanelWeight& weight;
  std::span<const float> bias;  // [n_out] or empty
  Range panels, inputs;
  const std::byte* after;  // what is read after the last panel, to be prefetched; or null
};
void multiply(const PanelSums& sums, const std::byte* x, std::int64_t x_stride, Matrix y);

/// The same for all inputs.
void multiply(const PanelWeight& weight, std::span<const float> bias, Range panels, const LeftRows& x, Matrix y,
              const std::byte* after = nullptr);

}  // namespace partwise::internal::cpu
