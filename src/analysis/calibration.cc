#include "analysis/calibration.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace partwise::internal {

namespace {

constexpr std::size_t kCalibrationBins = 10;

std::size_t bin_of(double probability) {
  return std::min(static_cast<std::size_t>(probability * kCalibrationBins), kCalibrationBins - 1);
}

}  // namespace

std::vector<CalibrationBin> calibration_bins(std::span<const SureAnswer> answers) {
  std::vector<CalibrationBin> bins(kCalibrationBins);
  for (std::size_t b = 0; b < kCalibrationBins; ++b) {
    bins[b].low = static_cast<double>(b) / kCalibrationBins;
    bins[b].high = static_cast<double>(b + 1) / kCalibrationBins;
  }
  for (const SureAnswer& answer : answers) {
    CalibrationBin& bin = bins[bin_of(answer.probability)];
    ++bin.n;
    bin.n_right += answer.right;
    bin.sum += answer.probability;
  }
  return bins;
}

double calibration_error(std::span<const CalibrationBin> bins) {
  double sum = 0;
  std::int64_t n = 0;
  for (const CalibrationBin& bin : bins) {
    sum += std::abs(static_cast<double>(bin.n_right) - bin.sum);
    n += bin.n;
  }
  return sum / static_cast<double>(n);
}

std::vector<CoveragePoint> coverage_curve(std::vector<SureAnswer> answers) {
  std::ranges::sort(answers, std::greater{}, &SureAnswer::probability);
  std::vector<CoveragePoint> curve;
  CoveragePoint given;
  for (const SureAnswer& answer : answers) {
    ++given.n;
    given.n_right += answer.right;
    if (curve.empty() || answer.probability < given.least) curve.emplace_back();
    given.least = answer.probability;
    curve.back() = given;
  }
  return curve;
}

}  // namespace partwise::internal
