// What readers say of labelled rows that they have not seen.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "readers/reader.h"

namespace partwise::internal {

/// The stage that cross_validate names in its reports of progress.
inline constexpr std::string_view kCrossValidationStage = "cross-validating";
/// Stands among the readers of a cross-validation for the label that most rows have.
inline constexpr std::string_view kMostFrequentLabel = "most-frequent";

/// Parts the labelled rows of `rows` into `n` folds, or fewer if there are fewer rows. What one prompt set shows is
/// in one fold, so that a fit without it does without that set alone; the other rows come in turn, label by label. Rows
/// of one label are in as many folds as can be.
std::vector<std::vector<std::int64_t>> folds_of(const Run& run, const FitRows& rows, std::int64_t n);

/// What a reader says of a labelled row by a fit that has not seen it.
struct HeldOut {
  std::int64_t row = 0;  // of the run
  std::int32_t label = 0;
  std::vector<double> probabilities;  // [n_labels]

  std::int64_t answer() const { return argmax(probabilities); }
};

struct CrossValidation {
  std::map<std::string, std::vector<HeldOut>, std::less<>> by_kind;
  /// By the reader that is chosen (reader_choice.h) by rows that fits on the other folds left out: whatever is learnt
  /// or chosen is learnt or chosen without the row.
  std::vector<HeldOut> by_choice;
  std::vector<std::string> choices;  // the reader chosen without each fold; "" if none could be fitted  [n_folds]
};

/// The rows on which a kind is fitted: a kind that reads words alone takes the demonstrations, too, since a row's own
/// words are the same in every prompt set.
FitRows rows_to_fit(const ReaderKind& kind, FitRows rows);

/// The candidate that held-out rows speak for (chosen_candidate), among those that judged some; the last of all if none
/// did. If no fold chose it, the one that most folds chose: the accuracy by choice is not that of another.
std::string chosen_by(const CrossValidation& cross, std::span<const std::string> candidates);

/// Judges the kinds on the labelled rows of `rows`, fold by fold: `candidates`, among which one is chosen, and
/// `others`. A kind that reads one prompt set is asked in the first set, from set 1, that shows no row of the fold.
/// Rows without which a kind cannot be fitted are not judged by it. `threads` (0: one a processor) share the folds; the
/// result does not depend on them. Errors: those of Reader::fit but for rows that are missing.
CrossValidation cross_validate(const Run& run, const FitRows& rows, const std::vector<std::vector<std::int64_t>>& folds,
                               std::span<const std::string> candidates, std::span<const std::string> others,
                               int threads = 0, const ProgressFn& progress = {});

}  // namespace partwise::internal
