#include "decompose/contributions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/error.h"
#include "decompose/gather_rows.h"

namespace partwise::internal {

namespace {

std::vector<std::int64_t> all_rows(const Run& run) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(run.parts.n_examples()));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

template <class T>
std::vector<T> select(const std::vector<T>& values, const std::vector<std::int64_t>& rows) {
  if (values.empty()) return {};
  std::vector<T> selected;
  for (std::int64_t row : rows) selected.push_back(values[row]);
  return selected;
}

}  // namespace

const Contributions& prompt_set(const Contributions& parts, std::int64_t number) {
  if (number == 1) return parts;
  const std::int64_t other = number == 0 ? 0 : number - 1;
  if (other < std::ssize(parts.other_sets)) return parts.other_sets[static_cast<std::size_t>(other)];
  throw Error(ErrorCode::bad_data, "prompt set " + std::to_string(number) + " is asked for, and there is none here",
              {"make the run with as many prompt sets", {Step::decompose}});
}

const float* component_logits(const Contributions& parts, std::int64_t example, std::int64_t c) {
  Component component = component_at(c, parts.n_layers(), parts.n_heads());
  return component.is_mlp() ? &parts.mlps(example, component.layer, 0)
                            : &parts.heads(example, component.layer, component.head, 0);
}

std::int64_t answer_of(const float* logits, std::int64_t n_labels) {
  return std::max_element(logits, logits + n_labels) - logits;
}

double push_to(std::int64_t label, const float* logits, std::int64_t n_labels) {
  const double all = std::accumulate(logits, logits + n_labels, 0.0), own = logits[label];
  return own - (all - own) / static_cast<double>(n_labels - 1);
}

void outside_components(const Contributions& parts, std::int64_t example, std::span<double> out) {
  const bool known = !parts.embed.empty() && !parts.bias.empty();
  for (std::int64_t y = 0; y < std::ssize(out); ++y) {
    out[y] =
        known ? double{parts.embed(example, y)} + double{parts.bias(example, y)} : double{parts.logits(example, y)};
    if (known) continue;
    for (std::int64_t c = 0; c < parts.n_components(); ++c) out[y] -= double{component_logits(parts, example, c)[y]};
  }
}

std::vector<std::string> Run::label_words() const {
  const std::int64_t n_labels = parts.n_labels();
  if (const auto words = info.find(facts::kLabelWords)) {
    if (std::ssize(*words) == n_labels) return *words;
    throw Error(ErrorCode::bad_data,
                fmt::format("the run's label_words are not a JSON list of {} strings, one for each "
                            "label: {}",
                            n_labels, info.text(facts::kLabelWords)));
  }
  std::vector<std::string> words;
  for (std::int64_t y = 0; y < n_labels; ++y) words.push_back(std::to_string(y));
  return words;
}

std::vector<std::int64_t> rows_of(const Run& run, Split split) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < std::ssize(run.split); ++i)
    if (run.split[i] == split) rows.push_back(i);
  return rows;
}

std::vector<std::int64_t> pool_rows(const Run& run) {
  return run.split.empty() ? all_rows(run) : rows_of(run, Split::pool);
}

std::vector<std::int64_t> test_rows(const Run& run) {
  return run.split.empty() ? all_rows(run) : rows_of(run, Split::test);
}

std::vector<std::int64_t> labelled_test_rows(const Run& run) {
  std::vector<std::int64_t> rows = test_rows(run);
  std::erase_if(rows, [&](std::int64_t row) { return run.labels[row] < 0; });
  return rows;
}

Contributions select_rows(const Contributions& from, const std::vector<std::int64_t>& rows,
                          const std::vector<std::int64_t>& stored) {
  const auto stored_of = [&](const Array<float>& array) {
    return stored.empty() ? Array<float>() : gather_rows(array, stored);
  };
  std::vector<Contributions> other_sets;
  for (const Contributions& set : from.other_sets) other_sets.push_back(select_rows(set, rows, stored));
  return {gather_rows(from.heads, rows),
          gather_rows(from.mlps, rows),
          gather_rows(from.embed, rows),
          gather_rows(from.pos_embed, rows),
          gather_rows(from.bias, rows),
          gather_rows(from.logits, rows),
          gather_rows(from.certificate, rows),
          stored_of(from.hidden),
          stored_of(from.z),
          gather_rows(from.by_source, rows),
          gather_rows(from.by_token, rows),
          gather_rows(from.token_ids, rows),
          gather_rows(from.experts, rows),
          gather_rows(from.source_certificate, rows),
          gather_rows(from.log_probs, rows),
          gather_rows(from.label_mass, rows),
          std::move(other_sets),
          select(from.demonstration_of, rows),
          gather_rows(from.words, rows),
          from.logit_cap};
}

Contributions fold_sets(Contributions all, std::int64_t n_sets) {
  if (n_sets == 1) return all;
  const std::int64_t n = all.n_examples() / n_sets;
  const auto examples_of = [&](std::int64_t set) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(n));
    std::iota(rows.begin(), rows.end(), set * n);
    return select_rows(all, rows, rows);
  };
  Contributions folded = examples_of(0);
  for (std::int64_t set = 1; set < n_sets; ++set) folded.other_sets.push_back(examples_of(set));
  return folded;
}

Run select_rows(const Run& run, const std::vector<std::int64_t>& rows) {
  const std::int64_t n = run.parts.n_examples();
  check_internal(std::all_of(rows.begin(), rows.end(), [&](std::int64_t i) { return i >= 0 && i < n; }),
                 "selected rows are rows of the run");
  return {select_rows(run.parts, rows, rows),
          select(run.labels, rows),
          select(run.split, rows),
          run.info,
          run.stored_type,
          gather_rows<std::int32_t>(run.label_ids, rows)};
}

}  // namespace partwise::internal
