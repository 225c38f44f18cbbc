#include "readers/temperatures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "readers/reader.h"
#include "readers/state.h"

namespace partwise::internal {

namespace {

constexpr double kPriorMean = 1.3;  // a mean of log-probabilities is too shy where its terms agree
constexpr double kPriorDeviation = 0.4;
constexpr double kNothingLearnt = 0.3;  // how probable it is beforehand that the rows taught nothing
constexpr double kMostIfNothing = 0.3;  // the largest inverse temperature of a reader that knows nothing

/// log softmax(beta f)[label]
double log_probability(std::span<const double> f, std::int32_t label, double beta) {
  const double shift = *std::ranges::max_element(f);
  double sum = 0;
  for (double value : f) sum += std::exp(beta * (value - shift));
  return beta * (f[static_cast<std::size_t>(label)] - shift) - std::log(sum);
}

/// P(beta) before a row is heard.  [n of kInverseTemperatures]
std::vector<double> prior() {
  std::vector<double> weights;
  for (double beta : kInverseTemperatures) weights.push_back(-std::pow((beta - kPriorMean) / kPriorDeviation, 2) / 2);
  softmax(weights);
  const auto is_low = [](double beta) { return beta <= kMostIfNothing; };
  const auto n_low = static_cast<double>(std::ranges::count_if(kInverseTemperatures, is_low));
  for (std::size_t b = 0; b < weights.size(); ++b) {
    weights[b] *= 1 - kNothingLearnt;
    if (is_low(kInverseTemperatures[b])) weights[b] += kNothingLearnt / n_low;
  }
  return weights;
}

}  // namespace

Temperatures::Temperatures(const LeftOutRows& rows) : weights_(prior()) {
  for (std::size_t b = 0; b < weights_.size(); ++b) {
    weights_[b] = std::log(weights_[b]);
    for (std::size_t i = 0; i < rows.labels.size(); ++i)
      weights_[b] += log_probability(rows.scores_of(i), rows.labels[i], kInverseTemperatures[b]);
  }
  softmax(weights_);
}

void Temperatures::to_probabilities(std::span<double> f) const {
  std::vector<double> mixed(f.size()), own(f.size());
  for (std::size_t b = 0; b < weights_.size(); ++b) {
    std::ranges::transform(f, own.begin(), [&](double value) { return kInverseTemperatures[b] * value; });
    softmax(own);
    for (std::size_t y = 0; y < f.size(); ++y) mixed[y] += weights_[b] * own[y];
  }
  std::ranges::copy(mixed, f.begin());
}

double Temperatures::mean_inverse() const {
  return std::inner_product(weights_.begin(), weights_.end(), kInverseTemperatures.begin(), 0.0);
}

Json Temperatures::save() const { return {{"inverse_temperatures", kInverseTemperatures}, {"weights", weights_}}; }

Temperatures Temperatures::load(const Json& state) {
  const std::size_t n = kInverseTemperatures.size();
  std::vector<double> weights = numbers(state, "weights", n);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const bool right = std::ranges::all_of(weights, [](double w) { return w >= 0; }) && std::abs(sum - 1) < 1e-6;
  if (!right) throw Error(ErrorCode::bad_data, "'weights' are not probabilities");
  if (!std::ranges::equal(numbers(state, "inverse_temperatures", n), kInverseTemperatures))
    throw Error(ErrorCode::bad_data, "'inverse_temperatures' are not those that this program mixes");
  return Temperatures(std::move(weights));
}

}  // namespace partwise::internal
