#include "analysis/fit_warnings.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/analysis.h"
#include "analysis/answers.h"
#include "analysis/chance_control.h"
#include "base/error.h"
#include "base/statistics.h"
#include "base/text.h"

namespace partwise::internal {

namespace {

std::vector<std::int64_t> rows_by_label(const Run& run, const std::vector<std::int64_t>& pool) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(run.parts.n_labels()), 0);
  for (std::int64_t i : pool) ++counts[static_cast<std::size_t>(run.labels[i])];
  return counts;
}

void add_rare_labels(std::vector<std::string>& warnings, const Run& run, const std::vector<std::int64_t>& counts) {
  const std::vector<std::string> words = run.label_words();
  for (std::size_t y = 0; y < words.size(); ++y) {
    if (counts[y] >= 2) continue;
    warnings.push_back(fmt::format("the label '{}' has {} of the rows to fit on: label more of them", words[y],
                                   counts[y] == 0 ? "none" : "only one"));
  }
}

bool all_biased(const Analysis& analysis) {
  return std::all_of(analysis.components.begin(), analysis.components.end(),
                     [](const ComponentStats& part) { return part.kind == ComponentKind::biased; });
}

void add_no_better_than_chance(std::vector<std::string>& warnings, const Analysis& analysis,
                               const PartAnswers& answers) {
  const bool at_chance = analysis.full.low <= analysis.chance && analysis.chance <= analysis.full.high;
  if (!at_chance) return;
  const double best = analysis.components[static_cast<std::size_t>(analysis.best(1)[0])].accuracy.value;
  const double by_luck = percentile(best_by_chance(answers), 0.95);
  if (best > by_luck) return;
  warnings.push_back(fmt::format(
      "on the {} rows to fit on, the full model ({:.1f} % right) cannot be told from always naming the most "
      "frequent label ({:.1f} %), nor the best part ({:.1f} %) from the best by luck (up to {:.1f} %): what is "
      "learnt may mean nothing",
      format_count(analysis.full.n), 100 * analysis.full.value, 100 * analysis.chance, 100 * best, 100 * by_luck));
}

}  // namespace

std::vector<std::string> fit_warnings(const Run& run, const std::vector<std::int64_t>& pool) {
  std::vector<std::string> warnings;
  add_rare_labels(warnings, run, rows_by_label(run, pool));
  if (pool.empty()) return warnings;
  const PartAnswers answers = part_answers(run, pool);
  const Analysis analysis = analyze(run, answers);
  if (all_biased(analysis)) {
    warnings.emplace_back(
        "every part answers nearly all rows to fit on with one and the same label of its own: no part tells the labels "
        "apart");
  }
  add_no_better_than_chance(warnings, analysis, answers);
  return warnings;
}

void check_every_label(std::string_view kind, const Run& run, const FitRows& rows) {
  const ReaderKind& own = reader_kind(kind);
  if (own.learns_from != LearnsFrom::pool || rows.pool.empty()) return;
  const std::vector<std::int64_t> counts = rows_by_label(run, rows.pool);
  const auto rare = std::ranges::find_if(counts, [&](std::int64_t n) { return n < own.rows_per_label; });
  if (rare == counts.end()) return;
  const std::string word = run.label_words()[static_cast<std::size_t>(rare - counts.begin())];
  if (*rare == 0)
    throw Error(ErrorCode::bad_data,
                fmt::format("none of the {} rows to fit on has the label '{}'", rows.pool.size(), word),
                fmt::format("label more rows, so that every label has at least {}", own.rows_per_label));
  throw Error(ErrorCode::bad_data,
              fmt::format("{} needs {} rows of every label, and {} of the {} rows to fit on has the label '{}'", kind,
                          own.rows_per_label, *rare, rows.pool.size(), word),
              "label more rows, or fit another reader");
}

}  // namespace partwise::internal
