#include "readers/balance.h"

#include <algorithm>

#include "base/statistics.h"

namespace partwise::internal {

Eigen::VectorXd balanced_shares(std::span<const std::int32_t> labels, const PoolRows& kept, std::int64_t n_labels) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(n_labels));
  for (std::ptrdiff_t i : kept) ++counts[labels[i]];
  const auto n_present = std::ranges::count_if(counts, [](std::int64_t n) { return n > 0; });
  Eigen::VectorXd shares = Eigen::VectorXd::Zero(std::ssize(labels));
  for (std::ptrdiff_t i : kept) shares[i] = 1.0 / static_cast<double>(n_present * counts[labels[i]]);
  return shares;
}

std::vector<double> label_means(std::span<const double> x, std::span<const std::int32_t> labels,
                                std::int64_t n_labels) {
  const std::size_t n = x.size() / labels.size();
  std::vector<double> means(static_cast<std::size_t>(n_labels) * n);
  std::vector<double> counts(static_cast<std::size_t>(n_labels));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++counts[labels[i]];
    for (std::size_t j = 0; j < n; ++j) means[labels[i] * n + j] += x[i * n + j];
  }
  for (std::size_t k = 0; k < means.size(); ++k) means[k] /= counts[k / n];
  return means;
}

std::vector<double> balanced_mean(std::span<const double> x, std::span<const std::int32_t> labels) {
  const std::int64_t n_labels = *std::max_element(labels.begin(), labels.end()) + 1;
  const std::vector<double> means = label_means(x, labels, n_labels);
  std::vector<double> mean(x.size() / labels.size());
  for (std::size_t k = 0; k < means.size(); ++k) mean[k % mean.size()] += means[k];
  for (double& value : mean) value /= static_cast<double>(n_labels);
  return mean;
}

std::vector<double> centred(const float* values, std::span<const double> shift) {
  std::vector<double> out(values, values + shift.size());
  const double middle = mean(out);
  for (std::size_t y = 0; y < out.size(); ++y) out[y] -= middle + shift[y];
  return out;
}

}  // namespace partwise::internal
