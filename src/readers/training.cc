#include "readers/training.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "readers/reader.h"

namespace partwise::internal {

namespace {

/// Whether row `a` is smaller than row `b`: at the first value that differs, logits first, then heads, then MLPs.
bool before(const Contributions& parts, std::int64_t a, std::int64_t b) {
  for (const Array<float>* array : {&parts.logits, &parts.heads, &parts.mlps}) {
    const std::int64_t n = array->size() / parts.n_examples();
    const float *of_a = array->data() + a * n, *of_b = array->data() + b * n;
    const auto [at_a, at_b] = std::mismatch(of_a, of_a + n, of_b);
    if (at_a != of_a + n) return *at_a < *at_b;
  }
  return false;
}

}  // namespace

std::vector<std::int64_t> in_canonical_order(const Contributions& parts, std::vector<std::int64_t> rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) { return before(parts, a, b); });
  return rows;
}

LabelledRows labelled_rows(const Contributions& parts, std::span<const std::int32_t> labels,
                           const std::vector<std::int64_t>& rows) {
  check_internal(std::ssize(labels) == parts.n_examples(), "labels and contributions have the same rows");
  LabelledRows pool;
  for (std::int64_t row : rows) {
    check_internal(row >= 0 && row < parts.n_examples(), "rows to fit on are rows of the run");
    if (labels[row] >= 0 && labels[row] < parts.n_labels()) continue;
    throw Error(ErrorCode::bad_data, "row " + std::to_string(row) + " has no label, so nothing can be fitted on it");
  }
  pool.rows = in_canonical_order(parts, rows);
  std::stable_sort(pool.rows.begin(), pool.rows.end(),
                   [&](std::int64_t a, std::int64_t b) { return labels[a] < labels[b]; });
  for (std::int64_t row : pool.rows) pool.labels.push_back(labels[row]);
  return pool;
}

LeftOutRows in_run(LeftOutRows left_out, const LabelledRows& pool) {
  for (std::int64_t& row : left_out.rows) row = pool.rows[static_cast<std::size_t>(row)];
  return left_out;
}

void check_labels(const LabelledRows& pool, std::int64_t n_labels, std::int64_t rows_per_label) {
  if (pool.rows.empty()) throw Error(ErrorCode::bad_data, "there is no row to fit on");
  for (std::int32_t y = 0; y < n_labels; ++y) {
    const auto n = std::ranges::count(pool.labels, y);
    if (n >= rows_per_label) continue;
    throw Error(ErrorCode::bad_data,
                "label " + std::to_string(y) + " (counted from 0) has " + std::to_string(n) + " of the " +
                    std::to_string(pool.size()) + " rows to fit on",
                "label more rows, so that every label has at least " + std::to_string(rows_per_label));
  }
}

double accuracy_on(const Reader& reader, const Contributions& parts, const LabelledRows& rows) {
  constexpr std::size_t kAtOnce = 32;
  const auto n_labels = static_cast<std::size_t>(parts.n_labels());
  std::vector<double> f(kAtOnce * n_labels);
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < rows.size(); i += kAtOnce) {
    const auto some = std::span(rows.rows).subspan(i, std::min(kAtOnce, rows.size() - i));
    reader.scores_of(parts, some, std::span(f).first(some.size() * n_labels));
    for (std::size_t k = 0; k < some.size(); ++k)
      hits += argmax(std::span(f).subspan(k * n_labels, n_labels)) == rows.labels[i + k];
  }
  return rows.rows.empty() ? 0.0 : static_cast<double>(hits) / static_cast<double>(rows.size());
}

void model_probabilities(const Contributions& parts, std::int64_t example, std::span<double> out) {
  std::transform(&parts.logits(example, 0), &parts.logits(example, 0) + out.size(), out.begin(),
                 [&](float logit) { return capped(logit, parts.logit_cap); });
  softmax(out);
}

void split_with_rest_outside(const Reader& reader, const Contributions& parts, std::int64_t example,
                             std::span<double> out, double factor) {
  const auto n_labels = static_cast<std::size_t>(parts.n_labels());
  const std::span<double> outside = out.last(n_labels);
  reader.scores(parts, example, outside);
  for (std::int64_t c = 0; c < parts.n_components(); ++c) {
    const float* g = component_logits(parts, example, c);
    for (std::size_t y = 0; y < n_labels; ++y) {
      out[c * n_labels + y] = factor * g[y];
      outside[y] -= factor * g[y];
    }
  }
}

void scores_of_votes(std::span<double> votes) {
  const double n = std::accumulate(votes.begin(), votes.end(), 0.0) + static_cast<double>(votes.size());
  for (double& value : votes) value = std::log((value + 1) / n);
}

std::vector<std::int64_t> components_by_accuracy(const Contributions& parts, const LabelledRows& pool) {
  const std::size_t n_labels = parts.n_labels();
  std::vector<double> g(pool.size() * n_labels), unused(g.size());
  std::vector<std::pair<double, double>> rank;  // minus the accuracy, cross-entropy
  for (std::int64_t c = 0; c < parts.n_components(); ++c) {
    for (std::size_t i = 0; i < pool.size(); ++i)
      std::copy_n(component_logits(parts, pool.rows[i], c), n_labels, g.begin() + i * n_labels);
    rank.emplace_back(-training_accuracy(g, pool.labels), cross_entropy(g, pool.labels, unused));
  }
  std::vector<std::int64_t> order(rank.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return rank[a] < rank[b]; });
  return order;
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
    total += std::log(sum) - (f[labels[i]] - shift);  // -log softmax(f)[label], finite even if the softmax is 0
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

}  // namespace partwise::internal
