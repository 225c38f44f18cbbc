#include "analysis/unheard_sets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "readers/shown_in.h"

namespace partwise::internal {

namespace {

std::vector<std::int64_t> labelled_rows(const FitRows& rows) {
  std::vector<std::int64_t> all = rows.demonstrations;
  all.insert(all.end(), rows.pool.begin(), rows.pool.end());
  return all;
}

/// The label without a row to fit set `set` on; -1 if every label has one.
std::int64_t label_without_row(const Run& run, const std::vector<std::int64_t>& rows, std::int32_t set) {
  for (std::int64_t y = 0; y < run.parts.n_labels(); ++y) {
    const bool has_row = std::ranges::any_of(
        rows, [&](std::int64_t i) { return run.labels[i] == y && (set == 0 || shown_in(run.parts, i) != set); });
    if (!has_row) return y;
  }
  return -1;
}

/// Why set `set` cannot be used; "" if it can.
std::string reason(const Run& run, const std::vector<std::int64_t>& rows, std::int32_t set) {
  const std::vector<std::int32_t>& of = run.parts.demonstration_of;
  const auto n_known = std::ranges::count_if(rows, [&](std::int64_t i) { return of[i] == set; });
  const auto n_shown = std::ranges::count(of, set);
  if (set != 0 && n_known != n_shown)
    return "its prompts show a row that is not to fit on, so that its label is not known";
  const std::int64_t y = label_without_row(run, rows, set);
  if (y < 0) return "";
  return fmt::format("no row to fit on that it does not show has the label '{}'",
                     run.label_words()[static_cast<std::size_t>(y)]);
}

/// "set 0", "sets 0 and 2", "sets 0, 1 and 3".
std::string sets_named(const std::vector<std::int32_t>& sets) {
  if (sets.size() == 1) return fmt::format("set {}", sets[0]);
  return fmt::format("sets {} and {}", fmt::join(sets.begin(), sets.end() - 1, ", "), sets.back());
}

}  // namespace

std::vector<std::string> unheard_sets(const Run& run, const FitRows& rows) {
  if (run.parts.demonstration_of.empty()) return {};
  const std::vector<std::int64_t> labelled = labelled_rows(rows);
  std::vector<std::string> sentences;
  std::vector<std::int32_t> heard;
  for (std::int32_t set = 0; set <= std::ssize(run.parts.other_sets); ++set) {
    const std::string why = reason(run, labelled, set);
    why.empty() ? heard.push_back(set) : sentences.push_back(fmt::format("prompt set {} is left out: {}", set, why));
  }
  if (heard.empty()) return {};  // no set at all is the fit's error
  for (std::string& sentence : sentences) sentence += "; answers hear " + sets_named(heard);
  return sentences;
}

}  // namespace partwise::internal
