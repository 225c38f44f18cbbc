// Rows of float32 numbers in a back end's memory. Only operations of the back end read and write them, so that they may
// lie where the host's code cannot: Rows tells nobody but ops/ its address (ops/host_rows.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace partwise::internal {

/// A view of rows. Rows are its writable form, ConstRows the other.
template <class T>
class BasicRows {
 public:
  std::int64_t rows = 0, cols = 0;

  BasicRows() = default;
  explicit operator bool() const { return data_ != nullptr; }
  BasicRows block(std::int64_t first_row, std::int64_t n_rows) const {
    return {data_ + first_row * stride_, n_rows, cols, stride_};
  }
  BasicRows columns(std::int64_t first, std::int64_t n) const { return {data_ + first, rows, n, stride_}; }
  operator BasicRows<const T>() const { return {data_, rows, cols, stride_}; }  // NOLINT(google-explicit-constructor)

 private:
  template <class U>
  friend class BasicRows;
  friend class OwnedRows;
  friend struct HostRows;  // ops/host_rows.h

  BasicRows(T* data, std::int64_t n_rows, std::int64_t n_cols, std::int64_t stride)
      : rows(n_rows), cols(n_cols), data_(data), stride_(stride) {}

  T* data_ = nullptr;
  std::int64_t stride_ = 0;
};
using Rows = BasicRows<float>;
using ConstRows = BasicRows<const float>;

/// Memory for rows without gaps between them. Backend::allocate makes it.
class OwnedRows {
 public:
  using Memory = std::unique_ptr<float[], std::function<void(float*)>>;

  OwnedRows() = default;
  OwnedRows(Memory memory, std::int64_t n_rows, std::int64_t n_cols)
      : memory_(std::move(memory)), n_rows_(n_rows), n_cols_(n_cols) {}

  std::int64_t n_rows() const { return n_rows_; }
  std::int64_t n_cols() const { return n_cols_; }
  Rows view() { return {memory_.get(), n_rows_, n_cols_, n_cols_}; }
  ConstRows view() const { return {memory_.get(), n_rows_, n_cols_, n_cols_}; }
  Rows view(std::int64_t n_rows) { return view().block(0, n_rows); }

 private:
  Memory memory_;
  std::int64_t n_rows_ = 0, n_cols_ = 0;
};

/// One row that is copied to another.
struct RowCopy {
  std::int64_t from, to;
};

}  // namespace partwise::internal
