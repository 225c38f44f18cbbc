// What the machine can do, to hold the operations against.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/precision.h"

namespace partwise::bench {

/// On a clock that only moves forward.
double seconds();

/// y [rows, n_out] = x [rows, n_in] W [n_in, n_out]
struct ProductShape {
  std::int64_t n_in, n_out;
};

/// FLOP/s of oneDNN for one product of each shape after another, with packed weights and float32 results: each the
/// fastest of a few runs and numbers of rows, measured anew by each call. In bfloat16 without AVX-512: of float32
/// products.
double best_product(int n_threads, Precision precision, const std::vector<ProductShape>& shapes);

}  // namespace partwise::bench
