#include "readers/explain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace partwise::internal {

namespace {

/// Indices of the `n` components that add most, largest first. Components that add 0 are left out.
std::vector<std::size_t> strongest(std::span<const double> by_component, std::size_t n) {
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < by_component.size(); ++c)
    if (by_component[c] != 0) order.push_back(c);
  n = std::min(n, order.size());
  const auto stronger = [&](std::size_t a, std::size_t b) { return by_component[a] > by_component[b]; };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), order.end(), stronger);
  order.resize(n);
  return order;
}

}  // namespace

Explains what_is_explained(const Reader& reader) {
  if (reader.kind() == kFullModel) return Explains::full;
  return reader_kind(reader.kind()).splits ? Explains::reader : Explains::nothing;
}

double lead_over_others(std::span<const double> scores, std::int64_t label) {
  const double own = scores[static_cast<std::size_t>(label)];
  const double others = std::accumulate(scores.begin(), scores.end(), 0.0) - own;
  return own - others / static_cast<double>(scores.size() - 1);
}

double lead_of(const Reader& reader, const Contributions& parts, std::int64_t example, std::int64_t label) {
  std::vector<double> scores(static_cast<std::size_t>(parts.n_labels()));
  reader.scores(parts, example, scores);
  return lead_over_others(scores, label);
}

std::vector<double> split_lead(const Reader& reader, const Contributions& parts, std::int64_t example,
                               std::int64_t label) {
  const auto n_rows = static_cast<std::size_t>(parts.n_components() + 1);
  const auto n_labels = static_cast<std::size_t>(parts.n_labels());
  std::vector<double> scores(n_rows * n_labels), lead(n_rows);
  reader.split_scores(parts, example, scores);
  for (std::size_t c = 0; c < n_rows; ++c)
    lead[c] = lead_over_others(std::span(scores).subspan(c * n_labels, n_labels), label);
  return lead;
}

double Explanation::sum_error() const {
  double sum = other_parts + outside;
  for (const Driver& part : parts) sum += part.contribution;
  return std::abs(sum - lead);
}

Explanation explain(const Reader& reader, const Contributions& parts, std::int64_t example, std::int64_t label,
                    std::size_t n) {
  Explanation answer{.explains = what_is_explained(reader)};
  if (answer.explains == Explains::nothing) return answer;
  std::vector<double> lead = split_lead(reader, parts, example, label);
  answer.lead = lead_of(reader, parts, example, label);
  answer.outside = lead.back();
  lead.pop_back();
  for (std::size_t c : strongest(lead, n)) {
    const Component component = component_at(static_cast<std::int64_t>(c), parts.n_layers(), parts.n_heads());
    answer.parts.push_back({component_name(component), lead[c]});
    lead[c] = 0;
  }
  answer.other_parts = std::accumulate(lead.begin(), lead.end(), 0.0);
  return answer;
}

}  // namespace partwise::internal
