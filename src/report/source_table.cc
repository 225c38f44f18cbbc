#include "report/source_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/describe.h"

namespace partwise::internal {

namespace {

using Heads = std::vector<HeadSources>;

Heads most_copying(const ReportInput& input, std::size_t n) {
  Heads heads = input.sources;
  std::stable_sort(heads.begin(), heads.end(),
                   [](const HeadSources& a, const HeadSources& b) { return a.copying > b.copying; });
  heads.resize(std::min(n, heads.size()));
  return heads;
}

Heads best(const ReportInput& input, std::size_t n) {
  Heads heads;
  for (std::int64_t c : input.analysis.best(std::ssize(input.analysis.components)))
    if (c < std::ssize(input.sources) && heads.size() < n) heads.push_back(input.sources[static_cast<std::size_t>(c)]);
  return heads;
}

std::vector<std::string> cells(const ReportInput& input, const HeadSources& head) {
  const auto number = [](double value) { return fmt::format("{:+.3f}", value); };
  const ComponentStats& part = input.analysis.components[static_cast<std::size_t>(head.component)];
  return {component_name(part.component),
          percent(part.accuracy.value),
          number(head.copying),
          number(head.push),
          number(head.same_label),
          number(head.other_label),
          number(head.demonstrations),
          number(head.input),
          number(head.rest)};
}

SourceTable::Lines lines_of(const ReportInput& input, const Heads& heads) {
  SourceTable::Lines lines;
  for (const HeadSources& head : heads) lines.push_back(cells(input, head));
  return lines;
}

}  // namespace

SourceTable source_table(const ReportInput& input, std::size_t n) {
  return {{"head", "accuracy", "copying", "push", "same label", "other label", "demonstrations", "input", "rest"},
          lines_of(input, most_copying(input, n)),
          lines_of(input, best(input, n))};
}

}  // namespace partwise::internal
