#include "apps/explain.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace partwise {

namespace {

/// [n_components + 1, n_labels]
std::vector<double> scores_by_part(const Reader& reader, const Contributions& parts, std::int64_t example) {
  std::vector<double> scores(static_cast<std::size_t>((parts.n_components() + 1) * parts.n_labels()));
  if (reader.split_scores(parts, example, scores)) return scores;
  const bool splits = make_reader("full")->split_scores(parts, example, scores);
  check_internal(splits, "the full model's logits split over its parts");
  return scores;
}

double lead_over_others(std::span<const double> scores, std::int64_t label) {
  const double own = scores[static_cast<std::size_t>(label)];
  const double others = std::accumulate(scores.begin(), scores.end(), 0.0) - own;
  return own - others / static_cast<double>(scores.size() - 1);
}

}  // namespace

std::vector<Driver> driving_parts(const Reader& reader, const Contributions& parts, std::int64_t example,
                                  std::int64_t label, std::size_t n) {
  const std::vector<double> scores = scores_by_part(reader, parts, example);
  const auto n_labels = static_cast<std::size_t>(parts.n_labels());
  std::vector<Driver> drivers;
  for (std::int64_t c = 0; c < parts.n_components(); ++c) {
    const std::span<const double> own = std::span(scores).subspan(static_cast<std::size_t>(c) * n_labels, n_labels);
    const double contribution = lead_over_others(own, label);
    if (contribution == 0) continue;
    drivers.push_back({component_name(component_at(c, parts.n_layers(), parts.n_heads())), contribution});
  }
  n = std::min(n, drivers.size());
  const auto stronger = [](const Driver& a, const Driver& b) { return a.contribution > b.contribution; };
  std::partial_sort(drivers.begin(), drivers.begin() + static_cast<std::ptrdiff_t>(n), drivers.end(), stronger);
  drivers.resize(n);
  return drivers;
}

}  // namespace partwise
