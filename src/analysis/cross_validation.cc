#include "analysis/cross_validation.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <set>

#include "analysis/fit_and_judge.h"
#include "analysis/reader_choice.h"
#include "base/team.h"
#include "readers/shown_in.h"

namespace partwise::internal {

namespace {

using Fold = std::vector<std::int64_t>;

std::vector<std::int64_t> labelled_rows_of(const FitRows& rows) {
  std::vector<std::int64_t> all = rows.demonstrations;
  all.insert(all.end(), rows.pool.begin(), rows.pool.end());
  return all;
}

/// Those of `rows` that are not in the fold.
std::vector<std::int64_t> without(const std::vector<std::int64_t>& rows, const std::set<std::int64_t>& fold) {
  std::vector<std::int64_t> kept;
  std::ranges::copy_if(rows, std::back_inserter(kept), [&](std::int64_t row) { return !fold.contains(row); });
  return kept;
}

/// Contributions to fit and to ask, and the rows to fit on.
struct FoldInput {
  const Contributions& parts;
  FitRows rows;
};

bool has_every_label(const Run& run, const std::vector<std::int64_t>& rows) {
  std::set<std::int32_t> seen;
  for (std::int64_t row : rows) seen.insert(run.labels[static_cast<std::size_t>(row)]);
  return std::ssize(seen) == run.parts.n_labels();
}

/// The input of a kind that reads one prompt set: the first set that shows no row of the fold, and leaves rows of every
/// label to fit on. Set 0 shows no row, but is not what the reader will be asked in.
std::optional<FoldInput> input_in_one_set(const Run& run, const FitRows& kept, const std::set<std::int64_t>& fold) {
  const std::vector<std::int64_t> labelled = labelled_rows_of(kept);
  const auto n_sets = static_cast<std::int32_t>(run.parts.other_sets.size()) + 1;
  for (std::int32_t k = 1; k <= n_sets; ++k) {
    const bool is_last = k == n_sets && n_sets > 1;  // set 0 is tried last
    const std::int32_t set = is_last ? 0 : k;
    if (set > 0 && std::ranges::any_of(fold, [&](std::int64_t row) { return shown_in(run.parts, row) == set; }))
      continue;
    FitRows rows = kept;
    rows.demonstrations.clear();
    rows.pool.clear();
    std::ranges::copy_if(labelled, std::back_inserter(rows.pool),
                         [&](std::int64_t row) { return set == 0 || shown_in(run.parts, row) != set; });
    if (has_every_label(run, rows.pool)) return FoldInput{prompt_set(run.parts, set), std::move(rows)};
  }
  return std::nullopt;
}

std::optional<FoldInput> input_without(const ReaderKind& kind, const Run& run, const FitRows& rows,
                                       const std::set<std::int64_t>& fold) {
  FitRows kept = rows;
  kept.pool = without(rows.pool, fold);
  kept.demonstrations = without(rows.demonstrations, fold);
  if (kind.reads_sets) return FoldInput{run.parts, std::move(kept)};
  if (!kind.reads_words) return input_in_one_set(run, kept, fold);
  return FoldInput{run.parts, rows_to_fit(kind, std::move(kept))};
}

/// What a kind says without a fold.
struct Said {
  std::vector<HeldOut> rows;
  Losses losses;  // of rows outside the fold, by which it is chosen
};

Said said_by(const std::string& name, const Run& run, const FitRows& rows, const Fold& fold) {
  Said said;
  const auto input = input_without(reader_kind(name), run, rows, {fold.begin(), fold.end()});
  if (!input) return said;
  const std::unique_ptr<Reader> reader = make_reader(name);
  FitReport report;
  if (error_if_refused([&] { report = reader->fit(input->parts, run.labels, input->rows, {}, Calibration::quick); }))
    return said;
  said.losses = left_out_losses(*reader, report);
  for (std::int64_t row : fold) {
    HeldOut one{row, run.labels[static_cast<std::size_t>(row)], {}};
    one.probabilities.resize(static_cast<std::size_t>(run.parts.n_labels()));
    reader->probabilities(input->parts, row, one.probabilities);
    said.rows.push_back(std::move(one));
  }
  return said;
}

/// The shares of the labels outside the fold stand for their probabilities.
Said said_by_frequency(const Run& run, const FitRows& rows, const Fold& fold) {
  const std::vector<std::int64_t> kept = without(labelled_rows_of(rows), {fold.begin(), fold.end()});
  std::vector<double> shares(static_cast<std::size_t>(run.parts.n_labels()));
  for (std::int64_t row : kept) shares[run.labels[row]] += 1 / static_cast<double>(kept.size());
  Said said;
  for (std::int64_t row : fold) said.rows.push_back({row, run.labels[row], shares});
  return said;
}

/// What the kinds say, candidates first.  [n_folds][n_kinds]
using SaidByAll = std::vector<std::vector<Said>>;

SaidByAll ask_all(const Run& run, const FitRows& rows, const std::vector<Fold>& folds,
                  const std::vector<std::string>& kinds, int threads, const ProgressFn& progress) {
  SaidByAll said(folds.size(), std::vector<Said>(kinds.size()));
  const auto n_kinds = std::ssize(kinds), n_jobs = std::ssize(folds) * n_kinds;
  std::atomic<std::int64_t> n_done = 0;
  share_out(threads > 0 ? threads : available_processors(), n_jobs, [&](std::int64_t job, int thread) {
    const auto f = static_cast<std::size_t>(job / n_kinds), k = static_cast<std::size_t>(n_kinds - 1 - job % n_kinds);
    said[f][k] = kinds[k] == kMostFrequentLabel ? said_by_frequency(run, rows, folds[f])
                                                : said_by(kinds[k], run, rows, folds[f]);
    ++n_done;
    if (thread == 0 && progress) progress({kCrossValidationStage, n_done, n_jobs});
  });
  return said;
}

/// The index of the candidate that is chosen without the fold; nullopt if none was fitted.
std::optional<std::size_t> choice(std::span<const Said> candidates) {
  std::vector<std::size_t> fitted;
  std::vector<Losses> losses;
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    if (candidates[k].rows.empty()) continue;
    fitted.push_back(k);
    losses.push_back(candidates[k].losses);
  }
  if (fitted.empty()) return std::nullopt;
  return fitted[chosen_candidate(losses)];
}

}  // namespace

FitRows rows_to_fit(const ReaderKind& kind, FitRows rows) {
  if (!kind.reads_words) return rows;
  rows.pool = labelled_rows_of(rows);
  rows.demonstrations.clear();
  return rows;
}

namespace {

/// The reader that most folds chose; "" if none chose any.
std::string most_chosen(const std::vector<std::string>& choices) {
  std::string most;
  for (const std::string& choice : choices)
    if (!choice.empty() && (most.empty() || std::ranges::count(choices, choice) > std::ranges::count(choices, most)))
      most = choice;
  return most;
}

}  // namespace

std::string chosen_by(const CrossValidation& cross, std::span<const std::string> candidates) {
  std::vector<std::string> judged;
  std::vector<Losses> losses;
  for (const std::string& kind : candidates) {
    const auto rows = cross.by_kind.find(kind);
    if (rows == cross.by_kind.end() || rows->second.empty()) continue;
    judged.push_back(kind);
    losses.emplace_back();
    for (const HeldOut& one : rows->second) losses.back()[one.row] = log_loss(one.probabilities, one.label);
  }
  if (judged.empty()) return candidates.back();
  const std::string found = judged[chosen_candidate(losses)], most = most_chosen(cross.choices);
  return most.empty() || std::ranges::count(cross.choices, found) > 0 ? found : most;
}

std::vector<Fold> folds_of(const Run& run, const FitRows& rows, std::int64_t n) {
  std::vector<std::int64_t> labelled = labelled_rows_of(rows);
  n = std::min(n, std::ssize(labelled));
  std::vector<Fold> folds(static_cast<std::size_t>(std::max<std::int64_t>(n, 1)));
  std::vector<std::vector<std::int64_t>> counts(folds.size(), std::vector<std::int64_t>(run.parts.n_labels()));
  const auto put = [&](std::int64_t row, std::size_t fold) {
    folds[fold].push_back(row);
    ++counts[fold][run.labels[row]];
  };
  const auto is_shown = [&](std::int64_t row) { return shown_in(run.parts, row) > 0; };
  for (std::int64_t row : labelled)
    if (is_shown(row)) put(row, static_cast<std::size_t>(shown_in(run.parts, row) - 1) % folds.size());
  std::erase_if(labelled, is_shown);
  std::ranges::stable_sort(labelled, {}, [&](std::int64_t row) { return run.labels[row]; });
  for (std::int64_t row : labelled) {  // to the fold with the fewest rows of its label, the smallest of these
    const auto fullness = [&](std::size_t f) { return std::pair(counts[f][run.labels[row]], folds[f].size()); };
    std::size_t best = 0;
    for (std::size_t f = 1; f < folds.size(); ++f)
      if (fullness(f) < fullness(best)) best = f;
    put(row, best);
  }
  std::erase_if(folds, [](const Fold& fold) { return fold.empty(); });
  return folds;
}

CrossValidation cross_validate(const Run& run, const FitRows& rows, const std::vector<Fold>& folds,
                               std::span<const std::string> candidates, std::span<const std::string> others,
                               int threads, const ProgressFn& progress) {
  std::vector<std::string> kinds(candidates.begin(), candidates.end());
  kinds.insert(kinds.end(), others.begin(), others.end());
  const SaidByAll said = ask_all(run, rows, folds, kinds, threads, progress);
  CrossValidation result;
  for (const std::vector<Said>& fold : said) {
    const auto chosen = choice(std::span(fold).first(candidates.size()));
    result.choices.push_back(chosen ? kinds[*chosen] : "");
    if (chosen) std::ranges::copy(fold[*chosen].rows, std::back_inserter(result.by_choice));
    for (std::size_t k = 0; k < kinds.size(); ++k)
      std::ranges::copy(fold[k].rows, std::back_inserter(result.by_kind[kinds[k]]));
  }
  return result;
}

}  // namespace partwise::internal
