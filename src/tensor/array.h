// A row-major array that owns its elements, for results in the host's memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor_view.h"

namespace partwise::internal {

template <class T>
class Array {
 public:
  Array() = default;
  explicit Array(Shape shape, T fill = T{}) : shape_(std::move(shape)), data_(element_count(shape_), fill) {}

  const Shape& shape() const { return shape_; }
  std::int64_t dim(std::size_t axis) const { return shape_[axis]; }
  std::int64_t size() const { return static_cast<std::int64_t>(data_.size()); }
  bool empty() const { return data_.empty(); }
  T* data() { return data_.data(); }
  const T* data() const { return data_.data(); }
  std::span<T> flat() { return data_; }
  std::span<const T> flat() const { return data_; }

  /// The same elements in another shape of the same size.
  Array reshaped(Shape shape) && {
    shape_ = std::move(shape);
    return std::move(*this);
  }

  /// The element at the given indices, one per axis: heads(i, l, h, y).
  template <class... I>
  T& operator()(I... index) {
    return data_[offset(index...)];
  }
  template <class... I>
  const T& operator()(I... index) const {
    return data_[offset(index...)];
  }

 private:
  template <class... I>
  std::size_t offset(I... index) const {
    std::size_t at = 0, axis = 0;
    ((at = at * static_cast<std::size_t>(shape_[axis++]) + static_cast<std::size_t>(index)), ...);
    return at;
  }

  Shape shape_;
  std::vector<T> data_;
};

}  // namespace partwise::internal
