// How far the probabilities of answers can be trusted, and what is gained by giving only the surest.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace partwise::internal {

/// How sure a reader was of its answer to a row, and whether the answer is right.
struct SureAnswer {
  double probability = 0;  // of the answer
  bool right = false;
};

/// The answers with probabilities from `low` to below `high`. The last bin holds those of probability 1, too.
struct CalibrationBin {
  double low = 0, high = 0;
  std::int64_t n = 0, n_right = 0;
  double sum = 0;  // of the probabilities

  double mean() const { return sum / static_cast<double>(n); }
};

/// Ten bins of equal width, some of which may be empty.
std::vector<CalibrationBin> calibration_bins(std::span<const SureAnswer> answers);

/// Expected calibration error: the mean over answers of |share that is right - mean probability| of the answer's bin.
double calibration_error(std::span<const CalibrationBin> bins);

/// What is right if only the answers of probability `least` or more are given.
struct CoveragePoint {
  double least = 0;
  std::int64_t n = 0, n_right = 0;  // of the answers that are given

  double accuracy() const { return static_cast<double>(n_right) / static_cast<double>(n); }
};

/// One point for each probability that occurs, the surest answers first; the last point is of all answers. Answers of
/// one probability are given together, so their order does not matter.
std::vector<CoveragePoint> coverage_curve(std::vector<SureAnswer> answers);

}  // namespace partwise::internal
