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

/// FLOP/s of oneDNN for the products of a pass of `n_rows` rows: in each of `n_layers` layers one product of each
/// shape. Every layer has weights of its own, so that they come from memory as they do in a pass. The time is the
/// median of 21 passes.
double products_of_pass(int n_threads, Precision precision, const std::vector<ProductShape>& shapes,
                        std::int64_t n_rows, std::int64_t n_layers);

}  // namespace partwise::internal::bench
