// Rows of arrays whose first axis counts them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "tensor/array.h"

namespace partwise::internal {

/// These rows, in this order. An array that is absent stays absent.
template <class T>
Array<T> gather_rows(const Array<T>& array, std::span<const std::int64_t> rows) {
  if (array.empty()) return {};
  Shape shape = array.shape();
  const std::int64_t row_size = array.size() / shape[0];
  shape[0] = std::ssize(rows);
  Array<T> gathered(std::move(shape));
  T* out = gathered.data();
  for (std::int64_t row : rows) out = std::copy_n(array.data() + row * row_size, row_size, out);
  return gathered;
}

}  // namespace partwise::internal
