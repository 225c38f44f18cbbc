#include "pass/routing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace partwise::internal {
namespace {

/// The experts with the largest logits.  [n_used]
std::vector<std::int64_t> choose(const float* logits, const ExpertsConfig& c) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(c.n_experts));
  std::iota(order.begin(), order.end(), 0);
  const auto end = order.begin() + c.n_used;
  std::partial_sort(order.begin(), end, order.end(), [&](std::int64_t a, std::int64_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  order.erase(end, order.end());
  return order;
}

}  // namespace

Routes find_routes(ConstMatrix logits, const ExpertsConfig& c) {
  Routes routes(static_cast<std::size_t>(c.n_experts));
  for (std::int64_t t = 0; t < logits.rows; ++t) {
    const float* row = logits.row(t);
    const std::vector<std::int64_t> chosen = choose(row, c);
    const double top = row[chosen[0]];
    const auto share = [&](std::int64_t e) { return std::exp(double{row[e]} - top); };
    double total = 0;
    if (c.normalised)
      for (const std::int64_t e : chosen) total += share(e);
    else
      for (std::int64_t e = 0; e < c.n_experts; ++e) total += share(e);
    for (const std::int64_t e : chosen) routes[e].push_back({t, static_cast<float>(share(e) / total)});
  }
  return routes;
}

}  // namespace partwise::internal
