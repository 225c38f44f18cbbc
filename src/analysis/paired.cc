#include "analysis/paired.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/statistics.h"

namespace partwise::internal {

PairedTable paired_table(const std::vector<bool>& first, const std::vector<bool>& second) {
  check_internal(first.size() == second.size(), "readers are compared on the same rows");
  PairedTable table;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ++(first[i] ? (second[i] ? table.both : table.first_only) : (second[i] ? table.second_only : table.neither));
  }
  return table;
}

PairedDifference paired_difference(const PairedTable& table) {
  if (table.n() == 0) return {};
  constexpr double z = kNormal975;
  const double gain = static_cast<double>(table.second_only - table.first_only), n = static_cast<double>(table.n());
  const double discordant = static_cast<double>(table.first_only + table.second_only) + 1, size = n + 2;
  const double margin = z * std::sqrt(discordant - gain * gain / size) / size;
  return {gain / n, std::max(-1.0, gain / size - margin), std::min(1.0, gain / size + margin)};
}

double mcnemar_p(const PairedTable& table) {
  const std::int64_t n = table.first_only + table.second_only, fewer = std::min(table.first_only, table.second_only);
  double tail = 0;  // P(X <= fewer), X the number of heads in n throws of a fair coin
  for (std::int64_t k = 0; k <= fewer; ++k) {
    const double a = static_cast<double>(k), b = static_cast<double>(n - k);
    tail += std::exp(std::lgamma(a + b + 1) - std::lgamma(a + 1) - std::lgamma(b + 1) - (a + b) * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

}  // namespace partwise::internal
