// bench_products THREADS INxOUT...: prints the FLOP/s that oneDNN reaches on this machine for products of these sizes,
// one after another, in each precision. The output is JSON for bench/compare.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "best_product.h"

namespace internal = partwise::internal;

int main(int argc, char** argv) {
  using internal::Precision;
  const long n_threads = argc > 2 ? std::strtol(argv[1], nullptr, 10) : 0;
  std::vector<internal::bench::ProductShape> shapes;
  for (int i = 2; i < argc; ++i) {
    long n_in = 0, n_out = 0;
    if (std::sscanf(argv[i], "%ldx%ld", &n_in, &n_out) == 2 && n_in > 0 && n_out > 0) shapes.push_back({n_in, n_out});
  }
  if (n_threads < 1 || shapes.size() + 2 != static_cast<std::size_t>(argc)) {
    fmt::print(stderr, "usage: bench_products THREADS INxOUT...\n");
    return 2;
  }
  const auto rate = [&](Precision precision) {
    return internal::bench::best_product(static_cast<int>(n_threads), precision, shapes);
  };
  fmt::print("{{\"f32\": {:.4e}, \"bf16\": {:.4e}}}\n", rate(Precision::f32), rate(Precision::bf16));
}
