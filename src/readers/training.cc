#include "readers/training.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "readers/reader.h"

namespace partwise {

std::vector<std::int32_t> pool_labels(const Contributions& parts, std::span<const std::int32_t> labels,
                                      std::span<const std::int64_t> rows) {
  check_internal(std::ssize(labels) == parts.n_examples(), "labels and contributions have the same rows");
  if (rows.empty()) throw Error(ErrorCode::bad_data, "there is no row to fit on");
  std::vector<std::int32_t> pool;
  std::vector<std::int64_t> counts(static_cast<std::size_t>(parts.n_labels()), 0);
  for (std::int64_t row : rows) {
    check_internal(row >= 0 && row < parts.n_examples(), "rows to fit on are rows of the run");
    const std::int32_t label = labels[row];
    if (label < 0 || label >= parts.n_labels()) {
      throw Error(ErrorCode::bad_data, "row " + std::to_string(row) + " has no label, so nothing can be fitted on it");
    }
    pool.push_back(label);
    ++counts[label];
  }
  if (auto missing = std::find(counts.begin(), counts.end(), 0); missing != counts.end()) {
    throw Error(ErrorCode::bad_data,
                "label " + std::to_string(missing - counts.begin()) + " (counted from 0) does not appear among the " +
                    std::to_string(rows.size()) + " rows to fit on",
                "label more rows, so that every label has at least one");
  }
  return pool;
}

double cross_entropy(std::span<const double> scores, std::span<const std::int32_t> labels, std::span<double> gradient) {
  const std::size_t n_rows = labels.size(), n_labels = scores.size() / n_rows;
  double total = 0;
  for (std::size_t i = 0; i < n_rows; ++i) {
    auto f = scores.subspan(i * n_labels, n_labels);
    auto d = gradient.subspan(i * n_labels, n_labels);
    const double shift = *std::max_element(f.begin(), f.end());
    double sum = 0;
    for (std::size_t y = 0; y < n_labels; ++y) sum += d[y] = std::exp(f[y] - shift);
    total += std::log(sum) - (f[labels[i]] - shift);  // -log softmax(f)[label], finite however small
    for (double& p : d) p /= sum * static_cast<double>(n_rows);
    d[labels[i]] -= 1.0 / static_cast<double>(n_rows);
  }
  return total / static_cast<double>(n_rows);
}

double training_accuracy(std::span<const double> scores, std::span<const std::int32_t> labels) {
  const std::size_t n_rows = labels.size(), n_labels = scores.size() / n_rows;
  std::size_t hits = 0;
  for (std::size_t i = 0; i < n_rows; ++i) hits += argmax(scores.subspan(i * n_labels, n_labels)) == labels[i];
  return static_cast<double>(hits) / static_cast<double>(n_rows);
}

}  // namespace partwise
