#include "analysis/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace partwise::internal {

namespace {

double macro_f1(const Array<std::int64_t>& confusion) {
  const std::int64_t n_labels = confusion.dim(0);
  double sum = 0;
  std::int64_t n_occurring = 0;
  for (std::int64_t y = 0; y < n_labels; ++y) {
    std::int64_t members = 0, predicted = 0;
    for (std::int64_t other = 0; other < n_labels; ++other) {
      members += confusion(y, other);
      predicted += confusion(other, y);
    }
    if (members + predicted == 0) continue;
    ++n_occurring;
    sum += 2.0 * static_cast<double>(confusion(y, y)) / static_cast<double>(members + predicted);
  }
  return sum / static_cast<double>(n_occurring);
}

double squared_error(std::span<const double> p, std::int32_t label) {
  double sum = 0;
  for (std::size_t y = 0; y < p.size(); ++y) {
    const double miss = p[y] - (static_cast<std::int32_t>(y) == label ? 1.0 : 0.0);
    sum += miss * miss;
  }
  return sum;
}

}  // namespace

std::vector<SureAnswer> sure_answers(const Evaluation& evaluation) {
  std::vector<SureAnswer> answers;
  for (const JudgedRow& row : evaluation.rows) answers.push_back({row.probability, row.right()});
  return answers;
}

Evaluation evaluate(const Reader& reader, const Run& run, const std::vector<std::int64_t>& rows) {
  check_internal(std::ssize(run.labels) == run.parts.n_examples(), "a run has a label entry for each example");
  const std::int64_t n_labels = run.parts.n_labels();
  Evaluation result;
  result.confusion = Array<std::int64_t>({n_labels, n_labels});
  double surprise = 0, squares = 0;
  std::vector<double> p(static_cast<std::size_t>(n_labels));
  for (std::int64_t i : rows) {
    const std::int32_t label = run.labels[i];
    if (label < 0) continue;
    reader.scores(run.parts, i, p);
    const std::int64_t predicted = argmax(p);
    reader.probabilities(run.parts, i, p);
    ++result.confusion(label, predicted);
    surprise -= std::log(std::max(p[label], std::numeric_limits<double>::min()));
    squares += squared_error(p, label);
    result.rows.push_back({i, label, static_cast<std::int32_t>(predicted), p[predicted]});
    result.right.push_back(predicted == label);
  }
  const std::int64_t n = std::ssize(result.right);
  if (n == 0) throw no_label_error(run);
  result.accuracy = wilson(std::count(result.right.begin(), result.right.end(), true), n);
  result.nll = surprise / static_cast<double>(n);
  result.brier = squares / static_cast<double>(n);
  result.ece = calibration_error(calibration_bins(sure_answers(result)));
  result.macro_f1 = macro_f1(result.confusion);
  return result;
}

}  // namespace partwise::internal
