#include "ops/cpu/linear.h"

#include "base/error.h"
#include "ops/cpu/buffer.h"
#include "ops/cpu/parallel.h"

namespace partwise::cpu {
namespace {

/// Rows below which a thread's share is cut by outputs rather than by rows.
constexpr std::int64_t kFewRows = 48;

struct PanelWeight final : PackedWeight {
  PanelWeight(std::int64_t in, std::int64_t out, std::int64_t panel_width)
      : inputs(in), outputs(out), width(panel_width), values(make_buffer(n_panels() * width * in)) {}
  std::int64_t n_in() const override { return inputs; }
  std::int64_t n_out() const override { return outputs; }
  std::int64_t n_panels() const { return (outputs + width - 1) / width; }
  float* panel(std::int64_t i) const { return values.get() + i * width * inputs; }
  std::int64_t outputs_of(std::int64_t i) const { return std::min(width, outputs - i * width); }

  std::int64_t inputs, outputs, width;
  Buffer values;  // [n_panels, n_in, width]
};

}  // namespace

std::unique_ptr<PackedWeight> pack(const Kernels& kernels, int n_threads, const RowSource& weight) {
  auto packed = std::make_unique<PanelWeight>(weight.cols, weight.rows, kernels.panel_width);
  split(n_threads, packed->n_panels(), [&](std::int64_t first, std::int64_t last) {
    const Buffer rows = make_buffer(packed->width * weight.cols);  // one panel's, before they are packed
    for (std::int64_t i = first; i < last; ++i) {
      weight.read(i * packed->width, {rows.get(), packed->outputs_of(i), weight.cols, weight.cols});
      kernels.pack_panel(rows.get(), weight.cols, packed->outputs_of(i), weight.cols, packed->panel(i));
    }
  });
  return packed;
}

/// The threads share out (rows, panel) pairs in the order of [groups of rows][panels]: a thread keeps a panel in its
/// cache for all its rows, and where rows are few the threads share their panels.
void linear(const Kernels& kernels, int n_threads, const PackedWeight& weight, std::span<const float> bias,
            ConstMatrix x, Matrix y) {
  const auto* packed = dynamic_cast<const PanelWeight*>(&weight);
  check_internal(packed, "linear: the weight was packed by this back end");
  const PanelWeight& w = *packed;
  const std::int64_t n_groups = std::clamp<std::int64_t>(x.rows / kFewRows, 1, n_threads);
  split(n_threads, n_groups * w.n_panels(), [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t group = i / w.n_panels(), panel = i % w.n_panels(), output = panel * w.width;
      const std::int64_t row = x.rows * group / n_groups, end = x.rows * (group + 1) / n_groups;
      kernels.multiply({.x = x.row(row),
                        .x_stride = x.stride,
                        .n_rows = end - row,
                        .n_in = w.inputs,
                        .packed = w.panel(panel),
                        .next = i + 1 < last ? w.panel((i + 1) % w.n_panels()) : nullptr,
                        .bias = bias.empty() ? nullptr : bias.data() + output,
                        .n_out = w.outputs_of(panel),
                        .y = y.row(row) + output,
                        .y_stride = y.stride});
    }
  });
}

}  // namespace partwise::cpu
