#include "ops/cpu/panels.h"

#include "base/error.h"
#include "base/team.h"
#include "ops/host_rows.h"

namespace partwise::internal::cpu {

std::unique_ptr<PackedWeight> pack(const ProductKernels& products, int n_threads, const RowReader& weight) {
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

const ProductKernels& products_of(const PackedWeight& weight) {
  const auto* packed = dynamic_cast<const PanelWeight*>(&weight);
  check_internal(packed, "the weight was packed by this back end");
  return packed->products;
}

const PanelWeight& as_panels(const PackedWeight& weight, const ProductKernels& products) {
  const auto* packed = dynamic_cast<const PanelWeight*>(&weight);
  check_internal(packed && &packed->products == &products, "the weight was packed by this back end");
  return *packed;
}

LeftRows::LeftRows(const ProductKernels& products, std::int64_t n_rows, std::int64_t n_in)
    : products_(products),
      n_rows_(n_rows),
      n_in_(n_in),
      stride_(round_up(n_in, products.input_multiple)),
      own_(make_buffer<std::byte>(round_up(n_rows, products.row_multiple) * stride_ * products.element_size)),
      rows_(own_.get()) {
  const std::int64_t whole = n_rows / products.row_multiple * products.row_multiple;  // rows past the last are zeros
  const std::int64_t row_bytes = stride_ * products.element_size;
  std::fill(own_.get() + whole * row_bytes, own_.get() + round_up(n_rows, products.row_multiple) * row_bytes,
            std::byte{0});
}

LeftRows::LeftRows(const Kernels& kernels, const ProductKernels& products, const Normed& in)
    : LeftRows(products, products.pack_rows || !in.norm.gain.empty() ? in.x.rows : 0, in.x.cols) {
  if (!in.norm.gain.empty()) {
    put_normed(kernels, in);
  } else if (products.pack_rows) {
    put(0, on_host(in.x));
  } else {
    n_rows_ = in.x.rows;
    stride_ = on_host(in.x).stride;
    rows_ = reinterpret_cast<const std::byte*>(on_host(in.x).data);
  }
}

/// Packs each row as soon as it is normed. Meanwhile the row after the next is prefetched.
void LeftRows::put_normed(const Kernels& kernels, const Normed& in) {
  const auto& [kind, gain, bias, eps] = in.norm;
  const ConstMatrix x = on_host(in.x);
  const auto scratch = make_buffer<float>(n_in_);
  const Matrix rows = room(0, n_in_, {scratch.get(), n_rows_, n_in_, 0});
  for (std::int64_t t = 0; t < n_rows_; ++t) {
    if (t + 2 < n_rows_)
      for (std::int64_t i = 0; i < n_in_; i += 16) __builtin_prefetch(x.row(t + 2) + i);
    if (kind == NormKind::layer)
      kernels.layer_norm(x.row(t), gain.data(), bias.data(), eps, n_in_, rows.row(t));
    else
      kernels.rms_norm(x.row(t), gain.data(), eps, n_in_, rows.row(t));
    if (products_.pack_rows) products_.pack_rows(rows.row(t), 0, t, 1, n_in_, own_.get(), stride_);
  }
}

Matrix LeftRows::room(std::int64_t first, std::int64_t n, Matrix scratch) {
  if (products_.pack_rows) return scratch.columns(0, n);
  return {reinterpret_cast<float*>(own_.get()) + first, n_rows_, n, stride_};
}

void LeftRows::put(std::int64_t first, ConstMatrix x) {
  if (products_.pack_rows)
    products_.pack_rows(x.data, x.stride, 0, x.rows, x.cols, own_.get() + offset(first), stride_);
}

void multiply(const PanelSums& sums, const std::byte* x, std::int64_t x_stride, Matrix y) {
  const PanelWeight& w = sums.weight;
  const bool last = sums.inputs.end == w.inputs;
  const std::int64_t offset = w.bytes(sums.inputs.first);
  for (std::int64_t i = sums.panels.first; i < sums.panels.end; ++i)
    w.products.multiply({.x = x,
                         .x_stride = x_stride,
                         .n_rows = y.rows,
                         .n_in = sums.inputs.size(),
                         .packed = w.panel(i) + offset,
                         .next = i + 1 < sums.panels.end ? w.panel(i + 1) + offset : sums.after,
                         .bias = last && !sums.bias.empty() ? sums.bias.data() + i * w.width() : nullptr,
                         .n_out = w.outputs_of(i),
                         .y = y.data + (i - sums.panels.first) * w.width(),
                         .y_stride = y.stride,
                         .goes_on = sums.inputs.first > 0});
}

void multiply(const PanelWeight& weight, std::span<const float> bias, Range panels, const LeftRows& x, Matrix y,
              const std::byte* after) {
  for_ranges(weight.inputs, kInputBlock, [&](Range inputs) {
    multiply({weight, bias, panels, inputs, after}, x.from(inputs.first), x.stride(), y);
  });
}

}  // namespace partwise::internal::cpu
