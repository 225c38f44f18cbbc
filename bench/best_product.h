// What the machine can do, to hold the operations against.
#pragma once

namespace partwise::bench {

/// On a clock that only moves forward.
double seconds();

/// FLOP/s of oneDNN's fastest float32 product on `n_threads` threads: the best of a few large
/// products with packed weights, measured anew by each call.
double best_product(int n_threads);

}  // namespace partwise::bench
