// Summaries of lists of numbers. Sums go from the first value to the last, so that a result has the same bits on every
// call.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace partwise::internal {

/// The 97.5th percentile of the normal distribution: half the width of a 95 % interval, in standard errors.
inline constexpr double kNormal975 = 1.959963984540054;

/// values not empty
double mean(std::span<const double> values);

/// The deviation of a sample (n - 1 in the denominator); nullopt for fewer than two values.
std::optional<double> standard_deviation(std::span<const double> values);

/// The middle value, or the mean of the two in the middle.  values not empty
double median(std::vector<double> values);

// Three quantiles, by what they answer between two values. `values` is not empty, `share` is in [0, 1].

/// By linear interpolation between the two nearest values (NumPy's "linear", its default).
double quantile(std::span<const double> values, double share);

/// The smallest value that at least this share of the values does not exceed (NumPy's "inverted_cdf").
double percentile(std::span<const double> values, double share);

/// The value nearest to the place of the linear quantile; the larger of two that are equally near.
double nearest_quantile(std::span<const double> values, double share);

}  // namespace partwise::internal
