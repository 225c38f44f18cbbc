// How good a reader is on labelled rows.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/calibration.h"
#include "readers/reader.h"

namespace partwise::internal {

/// The answer to a row whose label is known.
struct JudgedRow {
  std::int64_t example = 0;  // of the run
  std::int32_t label = 0, answer = 0;
  double probability = 0;  // of the answer

  bool right() const { return answer == label; }
};

struct Evaluation {
  Proportion accuracy;
  /// Mean of -log p[true label] in nats; a probability that underflows to zero counts as the smallest
  /// normal double.
  double nll = 0;
  double ece = 0;  // calibration_error of the answers
  /// Mean over rows of sum_y (p[y] - [y is the true label])^2, from 0 to 2 (Brier 1950).
  double brier = 0;
  /// Mean F1 over the labels that occur, in the rows or among the predictions.
  double macro_f1 = 0;
  Array<std::int64_t> confusion;  // [n_labels, n_labels], true label, predicted label
  std::vector<bool> right;        // [n], whether the answer is right, for each row that has a label
  std::vector<JudgedRow> rows;    // [n]

  std::int64_t n() const { return accuracy.n; }
};

/// The answers to all rows, for calibration_bins and coverage_curve.  [n]
std::vector<SureAnswer> sure_answers(const Evaluation& evaluation);

/// Evaluates `reader` on those of `rows` that have a label. Errors: bad_data if none has.
Evaluation evaluate(const Reader& reader, const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise::internal
