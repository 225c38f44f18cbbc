// A matrix that owns its values.
#pragma once

#include <cstdint>

#include "base/buffer.h"
#include "ops/backend.h"

namespace partwise::internal {

/// Its values are not initialised.
struct Rows {
  Rows(std::int64_t rows, std::int64_t cols) : values(make_buffer<float>(rows * cols)), n_rows(rows), n_cols(cols) {}
  Matrix view() { return {values.get(), n_rows, n_cols, n_cols}; }
  ConstMatrix view() const { return {values.get(), n_rows, n_cols, n_cols}; }
  Matrix view(std::int64_t rows) { return {values.get(), rows, n_cols, n_cols}; }
  Buffer<float> values;
  std::int64_t n_rows, n_cols;
};

}  // namespace partwise::internal
