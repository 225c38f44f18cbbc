// bench_products THREADS [--rows N --layers N] INxOUT...: prints the FLOP/s that oneDNN reaches on this machine for
// products of these sizes, one after another, in each precision. The number of rows is that with the best rate; with
// --rows and --layers, it is the rate of a pass of so many rows through so many layers, each with weights of its own.
// The output is JSON for bench/compare and bench/latency.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "best_product.h"

namespace {

using partwise::internal::Precision;
namespace bench = partwise::internal::bench;

struct Asked {
  long n_threads = 0, n_rows = 0, n_layers = 0;  // 0: not given
  std::vector<bench::ProductShape> shapes;
  bool wrong = false;
};

/// A whole number above 0; 0 if the argument is not there or is none.
long number(int argc, char** argv, int i) { return i < argc ? std::max(0L, std::strtol(argv[i], nullptr, 10)) : 0; }

Asked read(int argc, char** argv) {
  Asked asked{.n_threads = number(argc, argv, 1)};
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    long n_in = 0, n_out = 0;
    if (word == "--rows" || word == "--layers") {
      long& value = word == "--rows" ? asked.n_rows : asked.n_layers;
      value = number(argc, argv, ++i);
      asked.wrong |= value == 0;
    } else if (std::sscanf(argv[i], "%ldx%ld", &n_in, &n_out) == 2 && n_in > 0 && n_out > 0) {
      asked.shapes.push_back({n_in, n_out});
    } else {
      asked.wrong = true;
    }
  }
  asked.wrong |= asked.n_threads == 0 || asked.shapes.empty() || (asked.n_rows == 0) != (asked.n_layers == 0);
  return asked;
}

double rate(const Asked& asked, Precision precision) {
  const int n_threads = static_cast<int>(asked.n_threads);
  return asked.n_rows ? bench::products_of_pass(n_threads, precision, asked.shapes, asked.n_rows, asked.n_layers)
                      : bench::best_product(n_threads, precision, asked.shapes);
}

}  // namespace

int main(int argc, char** argv) {
  const Asked asked = read(argc, argv);
  if (asked.wrong) {
    fmt::print(stderr, "usage: bench_products THREADS [--rows N --layers N] INxOUT...\n");
    return 2;
  }
  fmt::print("{{\"f32\": {:.4e}, \"bf16\": {:.4e}}}\n", rate(asked, Precision::f32), rate(asked, Precision::bf16));
}
