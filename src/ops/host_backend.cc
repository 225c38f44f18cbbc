#include "ops/host_backend.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/buffer.h"
#include "base/error.h"
#include "ops/host_rows.h"
#include "ops/shapes.h"

namespace partwise::internal {

namespace {

void copy_matrix(ConstMatrix from, Matrix to) {
  check_internal(from.rows == to.rows && from.cols == to.cols, "copy: both have one shape");
  for (std::int64_t t = 0; t < from.rows; ++t) std::copy_n(from.row(t), from.cols, to.row(t));
}

double scale_of(NormKind kind, const float* x, std::int64_t n, float eps) {
  const double center = kind == NormKind::layer ? std::accumulate(x, x + n, 0.0) / static_cast<double>(n) : 0;
  double squares = 0;
  for (std::int64_t i = 0; i < n; ++i) squares += (x[i] - center) * (x[i] - center);
  return std::sqrt(squares / static_cast<double>(n) + double{eps});
}

}  // namespace

OwnedRows HostBackend::allocate(std::int64_t rows, std::int64_t cols) const {
  auto buffer = make_buffer<float>(rows * cols);
  auto free = buffer.get_deleter();
  return {OwnedRows::Memory(buffer.release(), free), rows, cols};
}

void HostBackend::upload(ConstMatrix from, Rows to) const { copy_matrix(from, on_host(to)); }

void HostBackend::download(ConstRows from, Matrix to) const { copy_matrix(on_host(from), to); }

void HostBackend::copy_rows(ConstRows from, Rows to, std::span<const RowCopy> copies) const {
  check_copy_rows(from, to, copies);
  for (const RowCopy& copy : copies) std::copy_n(on_host(from).row(copy.from), from.cols, on_host(to).row(copy.to));
}

void HostBackend::copy(ConstRows from, Rows to) const { copy_matrix(on_host(from), on_host(to)); }

void HostBackend::fill(Rows x, std::span<const float> row) const {
  check_internal(std::ssize(row) == x.cols, "fill: the row is as wide as x");
  for (std::int64_t t = 0; t < x.rows; ++t) std::ranges::copy(row, on_host(x).row(t));
}

void HostBackend::round(Rows x) const {
  for (std::int64_t t = 0; t < x.rows; ++t)
    round_to(precision(), {on_host(x).row(t), static_cast<std::size_t>(x.cols)});
}

void HostBackend::add_weighted(Rows x, ConstRows y, std::span<const WeightedRow> to) const {
  check_add_weighted(x, y, to);
  for (std::int64_t i = 0; i < y.rows; ++i) {
    const float* from = on_host(y).row(i);
    float* sums = on_host(x).row(to[i].row);
    for (std::int64_t c = 0; c < y.cols; ++c) sums[c] += to[i].weight * from[c];
  }
}

void HostBackend::row_scales(NormKind kind, ConstRows x, float eps, std::span<double> scales) const {
  check_internal(std::ssize(scales) == x.rows, "row_scales: a scale for each row");
  for (std::int64_t t = 0; t < x.rows; ++t) scales[t] = scale_of(kind, on_host(x).row(t), x.cols, eps);
}

}  // namespace partwise::internal
