#include "readers/prior_calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/json.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise {

namespace {

double safe_log(double p) { return std::log(std::max(p, std::numeric_limits<double>::min())); }

}  // namespace

FitReport PriorCalibration::learn(const FitInput& input) {
  prior_.assign(static_cast<std::size_t>(input.parts.n_labels()), 0.0);
  std::vector<double> p(prior_.size());
  for (std::int64_t row : input.unlabelled) {
    model_probabilities(input.parts, row, p);
    for (std::size_t y = 0; y < p.size(); ++y) prior_[y] += p[y] / static_cast<double>(input.unlabelled.size());
  }
  return {};
}

void PriorCalibration::scores(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  check_internal(out.size() == prior_.size(), "a reader is used on the labels it was fitted on");
  model_probabilities(parts, example, out);
  for (std::size_t y = 0; y < out.size(); ++y)
    out[y] = removal_ == PriorRemoval::subtract ? out[y] - prior_[y] : safe_log(out[y]) - safe_log(prior_[y]);
}

bool PriorCalibration::split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  if (removal_ == PriorRemoval::subtract) return false;
  split_with_rest_outside(*this, parts, example, out);
  return true;
}

Json PriorCalibration::save() const { return {{"prior", prior_}}; }

void PriorCalibration::load(const Json& state, const ReaderShape& shape) {
  prior_ = numbers(state, "prior", static_cast<std::size_t>(shape.n_labels));
  if (std::all_of(prior_.begin(), prior_.end(), [](double p) { return p >= 0 && p <= 1; })) return;
  throw Error(ErrorCode::bad_data, "'prior' is not a list of probabilities");
}

}  // namespace partwise
