#include "analysis/correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "analysis/answers.h"
#include "base/random.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

std::set<std::size_t> largest(std::span<const double> values, std::int64_t n) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(n)));
  return {order.begin(), order.end()};
}

/// Hits of every part among these rows.
std::vector<double> hits(const PartAnswers& answers, const std::vector<std::size_t>& rows) {
  std::vector<double> counts;
  for (std::int64_t c = 0; c < answers.n_components(); ++c) {
    const std::span<const std::int32_t> given = answers.of(c);
    double& count = counts.emplace_back(0);
    for (std::size_t row : rows) count += given[row] == answers.labels[row];
  }
  return counts;
}

/// Indices of the rows of each label.
std::vector<std::vector<std::size_t>> by_label(const PartAnswers& answers) {
  std::vector<std::vector<std::size_t>> groups(static_cast<std::size_t>(answers.n_labels));
  for (std::size_t i = 0; i < answers.labels.size(); ++i)
    groups[static_cast<std::size_t>(answers.labels[i])].push_back(i);
  return groups;
}

struct Halves {
  std::vector<std::size_t> first, second;
};

/// Both halves have the same number of rows of each label. If a label's number of rows is odd, one is left out.
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
  const double margin = kNormal975 / std::sqrt(static_cast<double>(n - 3));
  return {std::tanh(std::atanh(r) - margin), std::tanh(std::atanh(r) + margin)};
}

double top_overlap(std::span<const double> a, std::span<const double> b, std::int64_t n) {
  const std::set<std::size_t> first = largest(a, n), second = largest(b, n);
  const auto both =
      static_cast<double>(std::count_if(first.begin(), first.end(), [&](std::size_t c) { return second.contains(c); }));
  return both / (static_cast<double>(first.size() + second.size()) - both);
}

double part_reliability(const PartAnswers& answers) {
  constexpr int kHalves = 20;
  if (answers.n_rows() < 4) return 0;
  auto groups = by_label(answers);
  Random random(0);
  double sum = 0;
  for (int i = 0; i < kHalves; ++i) {
    const Halves halves = random_halves(groups, random);
    sum += pearson(hits(answers, halves.first), hits(answers, halves.second));
  }
  const double r = std::max(0.0, sum / kHalves);
  return 2 * r / (1 + r);
}

}  // namespace partwise::internal
