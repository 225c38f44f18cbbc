#include "readers/left_out.h"

#include <algorithm>

namespace partwise::internal {

bool is_small_pool(std::ptrdiff_t n_rows, std::int64_t n_labels) {
  return n_rows <= kMostSingly && n_rows * n_labels <= kMostScores;
}

std::vector<PoolRows> rows_to_leave_out(std::span<const std::int32_t> labels, bool by_tenths) {
  const std::ptrdiff_t n_rows = std::ssize(labels);
  const bool singly = !by_tenths && is_small_pool(n_rows, *std::ranges::max_element(labels) + 1);
  const std::ptrdiff_t n_parts = singly ? n_rows : std::min(n_rows, kTenths);
  std::vector<PoolRows> parts(static_cast<std::size_t>(n_parts));
  for (std::ptrdiff_t k = 0; k < n_rows; ++k)
    if (std::ranges::count(labels, labels[k]) >= kFewestOfLabel) parts[k % n_parts].push_back(k);
  std::erase_if(parts, [](const PoolRows& rows) { return rows.empty(); });
  std::ptrdiff_t n_heard = 0;
  std::size_t n_needed = 0;
  while (n_needed < parts.size() && n_heard < kMostSingly) n_heard += std::ssize(parts[n_needed++]);
  parts.resize(n_needed);
  return parts;
}

LeftOutRows gathered(std::span<const double> scores, std::span<const std::int32_t> labels,
                     const std::vector<PoolRows>& parts_out) {
  const std::size_t n_labels = scores.size() / labels.size();
  LeftOutRows out;
  for (const PoolRows& rows : parts_out) {
    for (std::ptrdiff_t k : rows) {
      const std::span<const double> own = scores.subspan(k * n_labels, n_labels);
      out.labels.push_back(labels[k]);
      out.rows.push_back(k);
      out.scores.insert(out.scores.end(), own.begin(), own.end());
    }
  }
  return out;
}

PoolRows other_rows(std::ptrdiff_t n, const PoolRows& left_out) {
  PoolRows rows;
  for (std::ptrdiff_t k = 0; k < n; ++k)
    if (!std::ranges::binary_search(left_out, k)) rows.push_back(k);
  return rows;
}

}  // namespace partwise::internal
