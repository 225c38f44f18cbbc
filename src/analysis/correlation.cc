#include "analysis/correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/random.h"

namespace partwise {

namespace {

std::set<std::size_t> largest(std::span<const double> values, std::int64_t n) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(n)));
  return {order.begin(), order.end()};
}

/// Whether each part answers each row rightly.  [n_components][n_rows]
std::vector<std::vector<bool>> right_answers(const Run& run, const std::vector<std::int64_t>& rows) {
  const std::int64_t n_labels = run.parts.n_labels();
  std::vector<std::vector<bool>> right(static_cast<std::size_t>(run.parts.n_components()));
  for (std::size_t c = 0; c < right.size(); ++c)
    for (std::int64_t row : rows) {
      const float* g = component_logits(run.parts, row, static_cast<std::int64_t>(c));
      right[c].push_back(answer_of(g, n_labels) == run.labels[row]);
    }
  return right;
}

/// Hits of every part among these rows.
std::vector<double> hits(const std::vector<std::vector<bool>>& right, const std::vector<std::size_t>& rows) {
  std::vector<double> counts;
  for (const std::vector<bool>& part : right) {
    double& count = counts.emplace_back(0);
    for (std::size_t row : rows) count += part[row];
  }
  return counts;
}

/// Indices of the rows of each label.
std::vector<std::vector<std::size_t>> by_label(const Run& run, const std::vector<std::int64_t>& rows) {
  std::vector<std::vector<std::size_t>> groups(static_cast<std::size_t>(run.parts.n_labels()));
  for (std::size_t i = 0; i < rows.size(); ++i) groups[static_cast<std::size_t>(run.labels[rows[i]])].push_back(i);
  return groups;
}

struct Halves {
  std::vector<std::size_t> first, second;
};

/// Of each label as many rows in both; one that is over is left out.
Halves random_halves(std::vector<std::vector<std::size_t>>& groups, Random& random) {
  Halves halves;
  for (std::vector<std::size_t>& rows : groups) {
    random.shuffle(rows);
    for (std::size_t i = 0; i + 1 < rows.size(); i += 2) {
      halves.first.push_back(rows[i]);
      halves.second.push_back(rows[i + 1]);
    }
  }
  return halves;
}

}  // namespace

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double pearson(std::span<const double> a, std::span<const double> b) {
  const double mean_a = mean(a), mean_b = mean(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0) : 0;
}

Interval fisher_interval(double r, std::int64_t n) {
  if (n < 4) return {};
  if (std::abs(r) >= 1) return {r, r};
  const double margin = 1.959963984540054 / std::sqrt(static_cast<double>(n - 3));
  return {std::tanh(std::atanh(r) - margin), std::tanh(std::atanh(r) + margin)};
}

double top_overlap(std::span<const double> a, std::span<const double> b, std::int64_t n) {
  const std::set<std::size_t> first = largest(a, n), second = largest(b, n);
  const auto both =
      static_cast<double>(std::count_if(first.begin(), first.end(), [&](std::size_t c) { return second.contains(c); }));
  return both / (static_cast<double>(first.size() + second.size()) - both);
}

double part_reliability(const Run& run, const std::vector<std::int64_t>& rows) {
  constexpr int kHalves = 20;
  if (rows.size() < 4) return 0;
  const auto right = right_answers(run, rows);
  auto groups = by_label(run, rows);
  Random random(0);
  double sum = 0;
  for (int i = 0; i < kHalves; ++i) {
    const Halves halves = random_halves(groups, random);
    sum += pearson(hits(right, halves.first), hits(right, halves.second));
  }
  const double r = std::max(0.0, sum / kHalves);
  return 2 * r / (1 + r);
}

}  // namespace partwise
