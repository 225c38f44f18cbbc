// The speed of products that the machine can reach: the yardstick for operations.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/precision.h"

namespace partwise::internal::bench {

/// The time of a clock that never goes back, in seconds.
double seconds();

/// y [rows, n_out] = x [rows, n_in] W [n_in, n_out]
struct ProductShape {
  std::int64_t n_in, n_out;
};

/// FLOP/s of oneDNN for one product of each shape, one after another, with packed weights and float32 results. The time
/// of each product is the fastest over a few runs and numbers of rows. Every call measures anew. For bfloat16 on a
/// processor without AVX-512, the products are in float32.
double best_product(int n_threads, Precision precision, const std::vector<ProductShape>& shapes);

}  // namespace partwise::internal::bench
