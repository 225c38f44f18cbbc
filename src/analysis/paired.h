// Two readers on the same rows: does one really do better?
#pragma once

#include <cstdint>
#include <vector>

namespace partwise::internal {

/// How often two readers are right on the same rows.
struct PairedTable {
  std::int64_t both = 0, first_only = 0, second_only = 0, neither = 0;

  std::int64_t n() const { return both + first_only + second_only + neither; }
};
/// first, second [n_rows]: whether each reader answers the row correctly.
PairedTable paired_table(const std::vector<bool>& first, const std::vector<bool>& second);

/// The second reader's accuracy minus that of the first.
struct PairedDifference {
  double value = 0, low = -1, high = 1;  // 95 % interval
};
/// Wald's interval after half a row is added to each of the four cells, which keeps its coverage on few rows (Agresti
/// and Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005).
PairedDifference paired_difference(const PairedTable& table);

/// McNemar's exact test. It looks at the rows on which exactly one of the two is right, and gives the probability that
/// they fall as unevenly as here or more so, in either direction, if a fair coin decides each of them. 1 if there are
/// no such rows.
double mcnemar_p(const PairedTable& table);

}  // namespace partwise::internal
