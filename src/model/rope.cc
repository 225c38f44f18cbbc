#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "model/config.h"

namespace partwise {

namespace {

/// Llama 3.1: long wavelengths are slowed by `factor`, short ones kept, those between blended.
double llama3_frequency(double frequency, const RopeConfig& rope) {
  const double turns = static_cast<double>(rope.original_context) * frequency / (2 * std::numbers::pi);
  if (turns < rope.low_freq_factor) return frequency / rope.factor;
  if (turns > rope.high_freq_factor) return frequency;
  const double kept = (turns - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor);
  return (1 - kept) * frequency / rope.factor + kept * frequency;
}

double scaled_frequency(double frequency, const RopeConfig& rope) {
  if (rope.type == "default") return frequency;
  if (rope.type == "linear") return frequency / rope.factor;
  if (rope.type == "llama3") return llama3_frequency(frequency, rope);
  throw Error(ErrorCode::bad_data, fmt::format("rope scaling '{}' is not supported", rope.type),
              "supported: default, linear, llama3");
}

}  // namespace

std::vector<double> rope_frequencies(const RopeConfig& rope, std::int64_t d_rotary) {
  std::vector<double> frequencies(static_cast<std::size_t>(d_rotary / 2));
  for (std::size_t j = 0; j < frequencies.size(); ++j) {
    const double plain = std::pow(rope.theta, -2.0 * static_cast<double>(j) / static_cast<double>(d_rotary));
    frequencies[j] = scaled_frequency(plain, rope) / (rope.divisors.empty() ? 1.0 : rope.divisors[j]);
    if (std::isfinite(frequencies[j])) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("rope settings that make no angle of pair {} (theta {}, factor {})", j, rope.theta, rope.factor),
        "the configuration is damaged: download it again");
  }
  return frequencies;
}

}  // namespace partwise
