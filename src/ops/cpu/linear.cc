#include "ops/cpu/linear.h"

#include "base/buffer.h"
#include "base/error.h"
#include "ops/cpu/parallel.h"

namespace partwise::cpu {
namespace {

/// Rows below which a thread's share is cut by outputs rather than by rows.
constexpr std::int64_t kFewRows = 48;
/// Inputs that are multiplied before the next: a thread's rows of so many, up to twice, stay in the second-level cache.
/// A multiple of every input_multiple.
constexpr std::int64_t kInputBlock = 1024;

std::int64_t round_up(std::int64_t n, std::int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

struct PanelWeight final : PackedWeight {
  PanelWeight(std::int64_t in, std::int64_t out, const ProductKernels& by)
      : inputs(in), outputs(out), products(by), values(make_buffer<std::byte>(n_panels() * panel_bytes())) {}
  std::int64_t n_in() const override { return inputs; }
  std::int64_t n_out() const override { return outputs; }
  std::int64_t width() const { return products.panel_width; }
  std::int64_t n_panels() const { return (outputs + width() - 1) / width(); }
  std::int64_t bytes(std::int64_t n_inputs) const { return n_inputs * width() * products.element_size; }
  std::int64_t panel_bytes() const { return bytes(round_up(inputs, products.input_multiple)); }
  std::byte* panel(std::int64_t i) const { return values.get() + i * panel_bytes(); }
  std::int64_t outputs_of(std::int64_t i) const { return std::min(width(), outputs - i * width()); }

  std::int64_t inputs, outputs;
  const ProductKernels& products;
  Buffer<std::byte> values;  // [n_panels, panel_bytes]
};

/// A range [first, end).
struct Range {
  std::int64_t first, end;
  std::int64_t size() const { return end - first; }
};

/// Products of some rows of x and y with some panels of a weight, on one thread.
class RowGroup {
 public:
  RowGroup(const PanelWeight& w, std::span<const float> bias, ConstMatrix x, Matrix y)
      : w_(w),
        bias_(bias),
        x_(x),
        y_(y),
        packed_(w.products.pack_rows ? make_buffer<std::byte>(packed_bytes()) : nullptr) {}

  void multiply(Range panels) {
    const std::int64_t n_blocks = std::max<std::int64_t>(1, w_.inputs / kInputBlock);
    for (std::int64_t i = 0; i < n_blocks; ++i)
      multiply(panels, {i * kInputBlock, i + 1 < n_blocks ? (i + 1) * kInputBlock : w_.inputs});
  }

 private:
  std::int64_t packed_bytes() const {
    const std::int64_t n_in = std::min(w_.inputs, 2 * kInputBlock);
    return round_up(x_.rows, w_.products.row_multiple) * round_up(n_in, w_.products.input_multiple) *
           w_.products.element_size;
  }

  void multiply(Range panels, Range inputs) {
    const ConstMatrix x = x_.columns(inputs.first, inputs.size());
    if (w_.products.pack_rows) w_.products.pack_rows(x.data, x.stride, x.rows, x.cols, packed_.get());
    const bool last = inputs.end == w_.inputs;
    for (std::int64_t i = panels.first; i < panels.end; ++i)
      w_.products.multiply({.x = packed_ ? static_cast<const void*>(packed_.get()) : x.data,
                            .x_stride = packed_ ? x.cols : x.stride,
                            .n_rows = x.rows,
                            .n_in = x.cols,
                            .packed = w_.panel(i) + w_.bytes(inputs.first),
                            .next = i + 1 < panels.end ? w_.panel(i + 1) + w_.bytes(inputs.first) : nullptr,
                            .bias = last && !bias_.empty() ? bias_.data() + i * w_.width() : nullptr,
                            .n_out = w_.outputs_of(i),
                            .y = y_.data + i * w_.width(),
                            .y_stride = y_.stride,
                            .goes_on = inputs.first > 0});
  }

  const PanelWeight& w_;
  std::span<const float> bias_;
  ConstMatrix x_;
  Matrix y_;
  Buffer<std::byte> packed_;  // of one block of inputs
};

}  // namespace

std::unique_ptr<PackedWeight> pack(const ProductKernels& products, int n_threads, const RowSource& weight) {
  auto packed = std::make_unique<PanelWeight>(weight.cols, weight.rows, products);
  split(n_threads, packed->n_panels(), [&](std::int64_t first, std::int64_t last) {
    const Buffer<float> rows =
        make_buffer<float>(packed->width() * weight.cols);  // one panel's, before they are packed
    for (std::int64_t i = first; i < last; ++i) {
      weight.read(i * packed->width(), {rows.get(), packed->outputs_of(i), weight.cols, weight.cols});
      products.pack_panel(rows.get(), weight.cols, packed->outputs_of(i), weight.cols, packed->panel(i));
    }
  });
  return packed;
}

/// The threads share out (group of rows, panel) pairs in this order: a thread keeps a panel in its cache for all its
/// rows, and where rows are few the threads share their panels.
void linear(const ProductKernels& products, int n_threads, const PackedWeight& weight, std::span<const float> bias,
            ConstMatrix x, Matrix y) {
  const auto* packed = dynamic_cast<const PanelWeight*>(&weight);
  check_internal(packed && &packed->products == &products, "linear: the weight was packed by this back end");
  const std::int64_t n_panels = packed->n_panels();
  const std::int64_t n_groups = std::clamp<std::int64_t>(x.rows / kFewRows, 1, n_threads);
  split(n_threads, n_groups * n_panels, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t group = first / n_panels; group * n_panels < last; ++group) {
      const Range rows{x.rows * group / n_groups, x.rows * (group + 1) / n_groups};
      const Range panels{std::max(first, group * n_panels), std::min(last, (group + 1) * n_panels)};
      RowGroup(*packed, bias, x.block(rows.first, rows.size()), y.block(rows.first, rows.size()))
          .multiply({panels.first - group * n_panels, panels.end - group * n_panels});
    }
  });
}

}  // namespace partwise::cpu
