#include "analysis/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "analysis/answers.h"
#include "base/error.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

constexpr double kBiasedShare = 0.95;

ComponentKind kind_of(const ComponentStats& stats, double expected_by_chance) {
  const double most = *std::max_element(stats.label_shares.begin(), stats.label_shares.end());
  if (most >= kBiasedShare) return ComponentKind::biased;
  if (stats.accuracy.low > expected_by_chance) return ComponentKind::good;
  if (stats.accuracy.high < expected_by_chance) return ComponentKind::bad;
  return ComponentKind::plain;
}

ComponentStats component_stats(const PartAnswers& answers, Component component, std::span<const std::int32_t> given,
                               const std::vector<std::int64_t>& label_counts) {
  const std::int64_t n_labels = answers.n_labels;
  const double n = static_cast<double>(answers.n_rows());
  std::int64_t hits = 0;
  std::vector<std::int64_t> predicted(static_cast<std::size_t>(n_labels), 0);
  for (std::size_t i = 0; i < given.size(); ++i) {
    ++predicted[given[i]];
    hits += given[i] == answers.labels[i];
  }
  ComponentStats stats;
  stats.component = component;
  stats.accuracy = wilson(hits, answers.n_rows());
  double by_chance = 0;
  for (std::int64_t y = 0; y < n_labels; ++y) {
    stats.label_shares.push_back(static_cast<double>(predicted[y]) / n);
    by_chance += stats.label_shares[y] * static_cast<double>(label_counts[y]) / n;
  }
  const double most = *std::max_element(stats.label_shares.begin(), stats.label_shares.end());
  const double even = 1.0 / static_cast<double>(n_labels);
  stats.label_bias = (most - even) / (1.0 - even);
  stats.kind = kind_of(stats, by_chance);
  return stats;
}

/// The mean over the rows of component c's push to the label that it predicts most often.
double mean_push(const Run& run, const PartAnswers& answers, std::int64_t c, const ComponentStats& stats) {
  const auto label = std::ranges::max_element(stats.label_shares) - stats.label_shares.begin();
  double sum = 0;
  for (std::int64_t row : answers.rows) sum += push_to(label, component_logits(run.parts, row, c), answers.n_labels);
  return sum / static_cast<double>(answers.n_rows());
}

// The first n indices when sorted by `before`; equal ones stay in their order.
template <class Before>
std::vector<std::int64_t> first_indices(const std::vector<ComponentStats>& components, std::int64_t n, Before before) {
  std::vector<std::int64_t> order(components.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return before(components[a], components[b]); });
  order.resize(std::min(order.size(), static_cast<std::size_t>(n)));
  return order;
}

std::optional<double> mean_label_mass(const Contributions& parts, const std::vector<std::int64_t>& rows) {
  if (parts.label_mass.empty()) return std::nullopt;
  double sum = 0;
  for (std::int64_t row : rows) sum += double{parts.label_mass(row)};
  return sum / static_cast<double>(rows.size());
}

}  // namespace

Error no_label_error(const Run& run) {
  if (run.info.has(facts::kRows.key))
    return {ErrorCode::bad_data, "the rows of the run are tokens of texts, which have no labels to judge by"};
  const bool has_split = !run.split.empty();
  return {ErrorCode::bad_data,
          fmt::format("no {}row of the run has a label, so no accuracy can be computed", has_split ? "test " : ""),
          has_split ? Advice("decompose test rows that have labels, too; the other rows are to learn from",
                             {{Setting::test_file, "", Step::decompose}})
                    : Advice("decompose rows that have labels")};
}

// (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
Proportion wilson(std::int64_t hits, std::int64_t n) {
  Proportion result{hits, n};
  if (n == 0) return result;
  result.value = static_cast<double>(hits) / static_cast<double>(n);
  std::tie(result.low, result.high) = wilson_interval(result.value, static_cast<double>(n));
  return result;
}

std::pair<double, double> wilson_interval(double p, double size) {
  constexpr double z = kNormal975;
  const double centre = p + z * z / (2 * size);
  const double margin = z * std::sqrt(p * (1 - p) / size + z * z / (4 * size * size));
  const double scale = 1 + z * z / size;
  return {p == 0 ? 0.0 : (centre - margin) / scale, p == 1 ? 1.0 : (centre + margin) / scale};
}

std::string to_string(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::good:
      return "good";
    case ComponentKind::bad:
      return "bad";
    case ComponentKind::biased:
      return "biased";
    case ComponentKind::plain:
      return "plain";
  }
  throw Error(ErrorCode::internal, "a component kind without a name");
}

std::vector<std::int64_t> Analysis::best(std::int64_t n) const {
  return first_indices(components, n, [](const auto& a, const auto& b) { return a.accuracy.hits > b.accuracy.hits; });
}

std::vector<std::int64_t> Analysis::worst(std::int64_t n) const {
  return first_indices(components, n, [](const auto& a, const auto& b) { return a.accuracy.hits < b.accuracy.hits; });
}

std::vector<std::int64_t> Analysis::most_biased(std::int64_t n) const {
  return first_indices(components, n, [](const ComponentStats& a, const ComponentStats& b) {
    const bool a_first = a.kind == ComponentKind::biased, b_first = b.kind == ComponentKind::biased;
    if (a_first != b_first) return a_first;
    return a_first ? a.push > b.push : a.label_bias > b.label_bias;
  });
}

Analysis analyze(const Run& run, const PartAnswers& answers) {
  if (answers.n_rows() == 0) throw no_label_error(run);
  const Contributions& parts = run.parts;
  Analysis analysis;
  analysis.label_counts.assign(static_cast<std::size_t>(parts.n_labels()), 0);
  std::int64_t hits = 0;
  for (std::int64_t row : answers.rows) {
    ++analysis.label_counts[run.labels[row]];
    hits += answer_of(&parts.logits(row, 0), parts.n_labels()) == run.labels[row];
  }
  analysis.full = wilson(hits, answers.n_rows());
  const std::int64_t most_frequent = *std::max_element(analysis.label_counts.begin(), analysis.label_counts.end());
  analysis.chance = static_cast<double>(most_frequent) / static_cast<double>(answers.n_rows());
  for (std::int64_t c = 0; c < parts.n_components(); ++c) {
    const Component component = component_at(c, parts.n_layers(), parts.n_heads());
    ComponentStats stats = component_stats(answers, component, answers.of(c), analysis.label_counts);
    stats.push = mean_push(run, answers, c, stats);
    analysis.components.push_back(std::move(stats));
  }
  analysis.label_mass = mean_label_mass(parts, answers.rows);
  analysis.has_certificate = !parts.certificate.empty();
  for (float error : parts.certificate.flat())
    analysis.certificate_max = std::max<double>(analysis.certificate_max, error);
  return analysis;
}

Analysis analyze(const Run& run, const std::vector<std::int64_t>& rows) {
  return analyze(run, part_answers(run, rows));
}

}  // namespace partwise::internal
