#include "analysis/reader_choice.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/statistics.h"

namespace partwise::internal {

namespace {

/// The losses of the rows that all candidates have.  [n_candidates][n_rows]
std::vector<std::vector<double>> of_common_rows(std::span<const Losses> candidates) {
  std::vector<std::vector<double>> losses(candidates.size());
  for (const auto& first : candidates[0]) {
    const std::int64_t row = first.first;
    if (!std::ranges::all_of(candidates, [&](const Losses& own) { return own.contains(row); })) continue;
    for (std::size_t c = 0; c < candidates.size(); ++c) losses[c].push_back(candidates[c].at(row));
  }
  return losses;
}

constexpr double kErrors = 2;  // by how many standard errors a candidate must be better than the last one

/// Whether the mean of `losses` is below that of `others` by more than kErrors standard errors of the difference.
bool is_better(std::span<const double> losses, std::span<const double> others) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < losses.size(); ++i) differences.push_back(others[i] - losses[i]);
  const double error = *standard_deviation(differences) / std::sqrt(static_cast<double>(differences.size()));
  return mean(differences) > kErrors * error;
}

}  // namespace

std::vector<std::string> candidates_for(const Contributions& parts) {
  std::vector<std::string> kinds;
  for (std::string_view name : kCandidates) {
    const ReaderKind& kind = reader_kind(name);
    const bool lacks = (kind.reads_hidden && parts.hidden.empty()) || (kind.reads_z && parts.z.empty());
    if (!lacks) kinds.emplace_back(name);
  }
  return kinds;
}

double log_loss(std::span<const double> probabilities, std::int32_t label) {
  return -std::log(std::max(probabilities[static_cast<std::size_t>(label)], std::numeric_limits<double>::min()));
}

Losses left_out_losses(const Reader& reader, const FitReport& report) {
  Losses losses;
  const LeftOutRows& heard = report.left_out;
  for (std::size_t i = 0; i < heard.rows.size(); ++i) {
    const std::span<const double> scores = heard.scores_of(i);
    std::vector<double> p(scores.begin(), scores.end());
    reader.temperatures()->to_probabilities(p);
    losses[heard.rows[i]] = log_loss(p, heard.labels[i]);
  }
  return losses;
}

std::size_t chosen_candidate(std::span<const Losses> candidates) {
  const std::vector<std::vector<double>> losses = of_common_rows(candidates);
  if (losses[0].size() < 2) return candidates.size() - 1;
  const auto mean_loss = [](const std::vector<double>& own) { return mean(own); };
  const auto lowest = std::ranges::min_element(losses, {}, mean_loss);
  if (!is_better(*lowest, losses.back())) return candidates.size() - 1;
  return static_cast<std::size_t>(lowest - losses.begin());
}

}  // namespace partwise::internal
