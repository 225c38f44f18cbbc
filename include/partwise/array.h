// Arrays of results: read-only, and never copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace partwise {

/// A row-major array that shares its elements with whatever it was taken from. They live, at the same address, as long
/// as any copy of the array. Copies are cheap and may be used from several threads.
template <class T>
class Array {
 public:
  Array() = default;
  /// `data` points to the elements, which live as long as `owner`. Their number is the product of `shape`.
  Array(const T* data, std::vector<std::int64_t> shape, std::shared_ptr<const void> owner)
      : data_(data), shape_(std::move(shape)), owner_(std::move(owner)) {}

  const T* data() const { return data_; }
  const std::vector<std::int64_t>& shape() const { return shape_; }
  std::int64_t dim(std::size_t axis) const { return shape_[axis]; }
  /// The number of elements; 0 if there is no array.
  std::int64_t size() const {
    std::int64_t n = shape_.empty() ? 0 : 1;
    for (const std::int64_t dim : shape_) n *= dim;
    return n;
  }
  bool empty() const { return size() == 0; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size(); }

  /// The element at the given indices, one per axis: heads(i, l, h, y). Indices are not checked.
  template <class... I>
  const T& operator()(I... index) const {
    std::int64_t at = 0;
    std::size_t axis = 0;
    ((at = at * shape_[axis++] + static_cast<std::int64_t>(index)), ...);
    return data_[at];
  }

 private:
  const T* data_ = nullptr;
  std::vector<std::int64_t> shape_;
  std::shared_ptr<const void> owner_;
};

}  // namespace partwise
