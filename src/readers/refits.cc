#include "readers/refits.h"

#include <algorithm>

namespace partwise::internal {

FitInput with_pool_rows(const FitInput& input, const PoolRows& kept) {
  FitInput smaller = input;
  smaller.pool = {};
  for (std::ptrdiff_t k : kept) {
    smaller.pool.rows.push_back(input.pool.rows[k]);
    smaller.pool.labels.push_back(input.pool.labels[k]);
  }
  return smaller;
}

std::vector<double> refit_scores(const FitInput& input, const std::vector<PoolRows>& parts_out,
                                 const FitAndScore& fit_and_score) {
  const auto n_labels = static_cast<std::size_t>(input.parts.n_labels());
  std::vector<double> all(input.pool.size() * n_labels);
  for (const PoolRows& rows : parts_out) {
    std::vector<std::int64_t> examples;
    for (std::ptrdiff_t k : rows) examples.push_back(input.pool.rows[k]);
    std::vector<double> own(rows.size() * n_labels);
    fit_and_score(with_pool_rows(input, other_rows(std::ssize(input.pool.rows), rows)), examples, own);
    for (std::size_t k = 0; k < rows.size(); ++k)
      std::ranges::copy(std::span(own).subspan(k * n_labels, n_labels), all.begin() + rows[k] * n_labels);
  }
  return all;
}

}  // namespace partwise::internal
