// What the benchmarks of a whole model have in common.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace partwise::internal::bench {

/// The middle one; the later of two.
inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Prints a rate beside oneDNN's `best`, which is called `of`. Both are in FLOP/s.
inline void print_share(double rate, double best, std::string_view of) {
  fmt::print("rate                        {:8.1f} GFLOP/s\n{:<28}{:8.1f} GFLOP/s\n", rate / 1e9, of, best / 1e9);
  fmt::print("share of it                 {:8.1f} %\n", 100 * rate / best);
}

}  // namespace partwise::internal::bench
