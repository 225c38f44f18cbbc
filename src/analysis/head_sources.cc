#include "analysis/head_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kLabel = "_label";

/// What a source is in the prompt.
enum class Role { label, demonstration, input, rest };
struct Source {
  Role role = Role::rest;
  std::int64_t label = -1;  // of a demonstration's label word
};

Source parse_source(const std::string& name, const std::vector<std::int64_t>& labels) {
  if (name == "input") return {Role::input};
  if (!name.starts_with("demo")) return {Role::rest};
  if (!name.ends_with(kLabel)) return {Role::demonstration};
  const std::string number = name.substr(4, name.size() - 4 - kLabel.size());
  const bool known = !number.empty() && number.size() < 9 &&
                     number.find_first_not_of("0123456789") == std::string::npos && std::stoul(number) < labels.size();
  if (known) return {Role::label, labels[std::stoul(number)]};
  throw Error(ErrorCode::bad_data, fmt::format("the run does not say which label {} has", name));
}

std::vector<Source> sources_of(const Run& run) {
  const auto names = run.info.find(facts::kSources);
  const auto labels = run.info.find(facts::kDemonstrationLabels);
  if (run.parts.by_source.empty() || !names || !labels) {
    throw Error(ErrorCode::bad_data, "the run's heads are not split by source",
                {"split them when the run is made", {{Setting::by_source, "", Step::decompose}}});
  }
  std::vector<Source> sources;
  for (const std::string& name : *names) sources.push_back(parse_source(name, *labels));
  const bool fits = std::ssize(sources) == run.parts.by_source.dim(3) &&
                    std::all_of(sources.begin(), sources.end(), [&](const Source& s) {
                      return s.role != Role::label || (s.label >= 0 && s.label < run.parts.n_labels());
                    });
  if (fits) return sources;
  throw Error(ErrorCode::bad_data, "the run's sources and demonstration_labels do not fit its tensors");
}

void add_row(HeadSources& sums, const Run& run, const std::vector<Source>& sources, std::int64_t row, double weight) {
  const std::int64_t n_labels = run.parts.n_labels();
  const Component head = component_at(sums.component, run.parts.n_layers(), run.parts.n_heads());
  const float* g = component_logits(run.parts, row, sums.component);
  const std::int64_t answer = answer_of(g, n_labels);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const float* from = &run.parts.by_source(row, head.layer, head.head, s, 0);
    const double push = weight * push_to(answer, from, n_labels);
    const Source& source = sources[s];
    sums.push += push;
    if (source.role == Role::label) {
      (source.label == answer ? sums.same_label : sums.other_label) += push;
      sums.copying += weight * push_to(source.label, from, n_labels);
    } else {
      (source.role == Role::input ? sums.input : source.role == Role::rest ? sums.rest : sums.demonstrations) += push;
    }
  }
}

}  // namespace

bool has_head_sources(const Run& run) {
  const std::string labels = run.info.text(facts::kDemonstrationLabels);
  return !run.parts.by_source.empty() && !labels.empty() && labels != "[]";
}

std::vector<HeadSources> head_sources(const Run& run, const std::vector<std::int64_t>& rows) {
  const std::vector<Source> sources = sources_of(run);
  std::vector<HeadSources> all;
  for (std::int64_t c = 0; c < run.parts.n_layers() * run.parts.n_heads(); ++c) {
    HeadSources& head = all.emplace_back(HeadSources{c});
    for (std::int64_t row : rows) add_row(head, run, sources, row, 1.0 / static_cast<double>(rows.size()));
  }
  return all;
}

}  // namespace partwise::internal
