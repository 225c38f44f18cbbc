#include "readers/add_rows.h"

namespace partwise::internal {

namespace {

// Takes four rows at a time, so that each output is loaded and stored once per four rows. The inner loop runs over
// outputs, so that it vectorises.
template <class T>
[[gnu::always_inline]] inline void add_rows_of(std::span<const double> x, std::span<const T* const> row,
                                               std::span<double> out) {
  std::size_t i = 0;
  for (; i + 4 <= x.size(); i += 4) {
    const double x0 = x[i], x1 = x[i + 1], x2 = x[i + 2], x3 = x[i + 3];
    const T *r0 = row[i], *r1 = row[i + 1], *r2 = row[i + 2], *r3 = row[i + 3];
    for (std::size_t j = 0; j < out.size(); ++j)
      out[j] = (((out[j] + x0 * r0[j]) + x1 * r1[j]) + x2 * r2[j]) + x3 * r3[j];
  }
  for (; i < x.size(); ++i)
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += x[i] * row[i][j];
}

}  // namespace

// Uses wider vectors if the machine has them. The bits are the same: a sum's order does not change, and no
// multiplication is fused with an addition (src/CMakeLists.txt).
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PARTWISE_WIDEST_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PARTWISE_WIDEST_VECTORS
#endif

PARTWISE_WIDEST_VECTORS
void add_rows(std::span<const double> x, std::span<const float* const> row, std::span<double> out) {
  add_rows_of(x, row, out);
}

PARTWISE_WIDEST_VECTORS
void add_rows(std::span<const double> x, std::span<const double* const> row, std::span<double> out) {
  add_rows_of(x, row, out);
}

}  // namespace partwise::internal
