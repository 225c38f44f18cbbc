// Matrices in the host's memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace partwise::internal {

/// A view of float32 rows: element (r, c) is data[r * stride + c].
template <class T>
struct BasicMatrix {
  T* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  std::int64_t stride = 0;

  T* row(std::int64_t r) const { return data + r * stride; }
  BasicMatrix block(std::int64_t first_row, std::int64_t n_rows) const {
    return {row(first_row), n_rows, cols, stride};
  }
  BasicMatrix columns(std::int64_t first, std::int64_t n) const { return {data + first, rows, n, stride}; }
  operator BasicMatrix<const T>() const { return {data, rows, cols, stride}; }
};
using Matrix = BasicMatrix<float>;
using ConstMatrix = BasicMatrix<const float>;

/// A matrix that owns its values.
struct HostMatrix {
  std::vector<float> values;
  std::int64_t rows = 0, cols = 0;

  HostMatrix() = default;
  /// Zeros.
  HostMatrix(std::int64_t n_rows, std::int64_t n_cols)
      : values(static_cast<std::size_t>(n_rows * n_cols)), rows(n_rows), cols(n_cols) {}
  HostMatrix(std::vector<float> given, std::int64_t n_rows, std::int64_t n_cols)
      : values(std::move(given)), rows(n_rows), cols(n_cols) {}
  Matrix view() { return {values.data(), rows, cols, cols}; }
  ConstMatrix view() const { return {values.data(), rows, cols, cols}; }
  operator ConstMatrix() const { return view(); }  // NOLINT(google-explicit-constructor)
};

/// Reads rows of a matrix that need not be in memory: a weight on disk, quantised or not.
struct RowReader {
  std::int64_t rows = 0;
  std::int64_t cols = 0;
  /// Writes rows [first_row, first_row + out.rows) to `out`, which is `cols` wide. Several threads call it at once.
  std::function<void(std::int64_t first_row, Matrix out)> read;

  RowReader() = default;
  RowReader(std::int64_t n_rows, std::int64_t n_cols, std::function<void(std::int64_t, Matrix)> read_rows)
      : rows(n_rows), cols(n_cols), read(std::move(read_rows)) {}
  /// Reads a matrix in memory, which must outlive the reader.
  RowReader(ConstMatrix m)  // NOLINT(google-explicit-constructor): every matrix can be read
      : RowReader(m.rows, m.cols, [m](std::int64_t first_row, Matrix out) {
          for (std::int64_t r = 0; r < out.rows; ++r) std::copy_n(m.row(first_row + r), m.cols, out.row(r));
        }) {}
  RowReader(Matrix m) : RowReader(ConstMatrix(m)) {}  // NOLINT(google-explicit-constructor)

  RowReader block(std::int64_t first, std::int64_t n) const {
    return {n, cols, [source = read, first](std::int64_t row, Matrix out) { source(first + row, out); }};
  }
};

}  // namespace partwise::internal
