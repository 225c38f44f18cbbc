#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "model/config.h"

namespace partwise::internal {

namespace {

/// Llama 3.1: long wavelengths are slowed by `factor`, short ones are kept, those between are blended.
double llama3_frequency(double frequency, const RopeConfig& rope) {
  const double turns = static_cast<double>(rope.original_context) * frequency / (2 * std::numbers::pi);
  if (turns < rope.low_freq_factor) return frequency / rope.factor;
  if (turns > rope.high_freq_factor) return frequency;
  const double kept = (turns - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor);
  return (1 - kept) * frequency / rope.factor + kept * frequency;
}

/// YaRN (Peng et al., 2023): how far each pair is kept, from 1 (as it is) to 0 (slowed).
class YarnBlend {
 public:
  YarnBlend(const RopeConfig& rope, std::int64_t d_rotary) {
    const auto d = static_cast<double>(d_rotary);
    const auto pair_with = [&](double turns) {  // within the original context
      return d * std::log(static_cast<double>(rope.original_context) / (turns * 2 * std::numbers::pi)) /
             (2 * std::log(rope.theta));
    };
    first_ = pair_with(rope.beta_fast);
    last_ = pair_with(rope.beta_slow);
    if (rope.truncate) {
      first_ = std::floor(first_);
      last_ = std::ceil(last_);
    }
    first_ = std::max(first_, 0.0);
    last_ = std::min(last_, d - 1);
    if (first_ == last_) last_ += 0.001;
  }

  double kept(std::size_t pair) const {
    return 1 - std::clamp((static_cast<double>(pair) - first_) / (last_ - first_), 0.0, 1.0);
  }

 private:
  double first_, last_;  // the blend begins and ends at these pairs
};

double scaled_frequency(double frequency, std::size_t pair, const RopeConfig& rope, std::int64_t d_rotary) {
  if (rope.type == "linear") return frequency / rope.factor;
  if (rope.type == "llama3") return llama3_frequency(frequency, rope);
  if (rope.type == "yarn") {
    const double kept = YarnBlend(rope, d_rotary).kept(pair);
    return (1 - kept) * frequency / rope.factor + kept * frequency;
  }
  if (rope.type == "default" || rope.type == "dynamic" || rope.type == "longrope") return frequency;
  refuse_rope_type("rope", rope.type);
}

constexpr std::array kTypes = {"default", "linear", "dynamic", "llama3", "yarn", "longrope"};

}  // namespace

bool is_rope_type(const std::string& type) { return std::ranges::find(kTypes, type) != kTypes.end(); }

void refuse_rope_type(const std::string& where, const std::string& type) {
  throw Error(ErrorCode::bad_data,
              fmt::format("{}: rope scaling of the types {} is supported, and '{}' is not", where,
                          fmt::join(kTypes, ", "), type),
              "this model cannot be used; a model of the same family without this scaling can");
}

double yarn_attention_factor(double factor, double scale) {
  return factor <= 1 ? 1.0 : 0.1 * scale * std::log(factor) + 1.0;
}

double longrope_attention_factor(double factor, std::int64_t original_context) {
  if (factor <= 1) return 1.0;
  return std::sqrt(1 + std::log(factor) / std::log(static_cast<double>(original_context)));
}

std::vector<double> rope_frequencies(const RopeConfig& rope, std::int64_t d_rotary) {
  std::vector<double> frequencies(static_cast<std::size_t>(d_rotary / 2));
  if (!rope.divisors.empty() && rope.divisors.size() != frequencies.size())
    throw Error(ErrorCode::bad_data,
                fmt::format("rope settings with {} factors for {} pairs", rope.divisors.size(), frequencies.size()),
                "the configuration is damaged: download it again");
  for (std::size_t j = 0; j < frequencies.size(); ++j) {
    const double plain = std::pow(rope.theta, -2.0 * static_cast<double>(j) / static_cast<double>(d_rotary));
    frequencies[j] = scaled_frequency(plain, j, rope, d_rotary) / (rope.divisors.empty() ? 1.0 : rope.divisors[j]);
    if (std::isfinite(frequencies[j])) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("rope settings that make no angle of pair {} (theta {}, factor {})", j, rope.theta, rope.factor),
        "the configuration is damaged: download it again");
  }
  return frequencies;
}

}  // namespace partwise::internal
