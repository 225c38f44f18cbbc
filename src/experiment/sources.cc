#include "experiment/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/json.h"

namespace partwise {

namespace {

constexpr std::string_view kLabel = "_label";

/// The first of the tokens whose text begins at byte `at` or behind it.
std::size_t first_token(const std::vector<TokenId>& ids, const Tokenizer& tokenizer, std::size_t at) {
  std::size_t low = 0, high = ids.size();
  while (low < high) {  // the text of the first n tokens grows with n
    const std::size_t middle = (low + high) / 2;
    const std::string before =
        tokenizer.decode({ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(middle)}, false);
    before.size() < at ? low = middle + 1 : high = middle;
  }
  return low;
}

void assign(Prompt& prompt, const std::vector<SourceStart>& starts, const Tokenizer& tokenizer, std::size_t n_bos) {
  const std::vector<TokenId> ids(prompt.ids.begin() + static_cast<std::ptrdiff_t>(n_bos), prompt.ids.end());
  if (tokenizer.decode(ids, false) != prompt.text) {
    throw Error(ErrorCode::bad_data, fmt::format("{}: the tokens do not spell the prompt's text", prompt.place),
                "the tokenizer changes some of its characters, so that it is not known where a source begins");
  }
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t first = n_bos + first_token(ids, tokenizer, starts[i].at);
    std::fill(prompt.sources.begin() + static_cast<std::ptrdiff_t>(first), prompt.sources.end(),
              static_cast<std::int32_t>(i + 1));
  }
}

/// What a source is to a head.
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
  const auto names = run.metadata.find("sources"), labels = run.metadata.find("demonstration_labels");
  if (run.parts.by_source.empty() || names == run.metadata.end() || labels == run.metadata.end()) {
    throw Error(ErrorCode::bad_data, "the run's heads are not split by source", "decompose with --by-source");
  }
  try {
    const auto known = parse_json(labels->second, "demonstration_labels").get<std::vector<std::int64_t>>();
    std::vector<Source> sources;
    for (const std::string& name : parse_json(names->second, "sources").get<std::vector<std::string>>())
      sources.push_back(parse_source(name, known));
    const bool fits = std::ssize(sources) == run.parts.by_source.dim(3) &&
                      std::all_of(sources.begin(), sources.end(), [&](const Source& s) {
                        return s.role != Role::label || (s.label >= 0 && s.label < run.parts.n_labels());
                      });
    if (fits) return sources;
  } catch (const Json::exception&) {
  }
  throw Error(ErrorCode::bad_data, "the run's sources and demonstration_labels do not fit its tensors");
}

/// g[y] less the mean of the others.
double push_to(std::int64_t y, const float* g, std::int64_t n_labels) {
  const double all = std::accumulate(g, g + n_labels, 0.0);
  return g[y] - (all - g[y]) / static_cast<double>(n_labels - 1);
}

void add_row(HeadSources& sums, const Run& run, const std::vector<Source>& sources, std::int64_t row, double weight) {
  const std::int64_t n_labels = run.parts.n_labels();
  const Component head = component_at(sums.component, run.parts.n_layers(), run.parts.n_heads());
  const float* g = component_logits(run.parts, row, sums.component);
  const std::int64_t answer = std::max_element(g, g + n_labels) - g;
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

std::vector<std::string> source_names(const PromptSet& set) {
  std::vector<std::string> names = {"bos"};
  for (const SourceStart& start : set.sources) names.push_back(start.name);
  if (set.sources.empty()) names.push_back("input");
  return names;
}

void assign_sources(PromptSet& set, const Tokenizer* tokenizer) {
  for (Prompt& prompt : set.prompts) {
    const bool has_bos = tokenizer && tokenizer->bos_id() == prompt.ids.front();
    prompt.sources.assign(prompt.ids.size(), 1);
    if (has_bos) prompt.sources[0] = 0;
    if (!set.sources.empty()) assign(prompt, set.sources, *tokenizer, has_bos);
  }
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

}  // namespace partwise
