#include "readers/left_out.h"

#include <algorithm>

namespace partwise::internal {

std::vector<PoolRows> rows_to_leave_out(std::span<const std::int32_t> labels) {
  const std::size_t n_parts = labels.size() <= kMostSingly ? labels.size() : kTenths;
  std::vector<PoolRows> parts(n_parts);
  for (std::size_t k = 0; k < labels.size(); ++k)
    if (std::ranges::count(labels, labels[k]) >= kFewestOfLabel) parts[k % n_parts].push_back(k);
  std::erase_if(parts, [](const PoolRows& rows) { return rows.empty(); });
  std::size_t n_rows = 0, n_needed = 0;
  while (n_needed < parts.size() && n_rows < kMostSingly) n_rows += parts[n_needed++].size();
  parts.resize(n_needed);
  return parts;
}

LeftOutRows gathered(std::span<const double> scores, std::span<const std::int32_t> labels,
                     const std::vector<PoolRows>& parts_out) {
  const std::size_t n_labels = scores.size() / labels.size();
  LeftOutRows out;
  for (const PoolRows& rows : parts_out) {
    for (std::size_t k : rows) {
      const std::span<const double> own = scores.subspan(k * n_labels, n_labels);
      out.labels.push_back(labels[k]);
      out.scores.insert(out.scores.end(), own.begin(), own.end());
    }
  }
  return out;
}

PoolRows other_rows(std::size_t n, const PoolRows& left_out) {
  PoolRows rows;
  for (std::size_t k = 0; k < n; ++k)
    if (!std::ranges::binary_search(left_out, k)) rows.push_back(k);
  return rows;
}

}  // namespace partwise::internal
