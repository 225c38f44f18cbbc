#include "model/initial_weights.h"

#include <algorithm>
#include <cmath>

namespace partwise::internal {

namespace {

/// Horner's rule, highest power first.
template <std::size_t N>
double polynomial(const double (&coefficients)[N], double x) {
  double value = 0;
  for (double c : coefficients) value = value * x + c;
  return value;
}

/// The natural logarithm in basic operations: x = 2^e m with m around 1, ln m = 2 artanh((m - 1) / (m + 1)).
double logarithm(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // [1/2, 1)
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  constexpr double kSeries[] = {1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
  return exponent * 0.69314718055994531 + 2 * s * polynomial(kSeries, s * s);
}

/// Steele, Lea and Flood's finaliser (SplitMix64): every bit of the argument changes every bit of the result.
std::uint64_t scramble(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

std::uint64_t stream_of(std::uint64_t seed, std::string_view name) {
  std::uint64_t state = scramble(seed);
  for (const unsigned char letter : name) state = scramble(state ^ letter);
  return state;
}

/// The middle of one of 2^53 equal parts of (0, 1).
double uniform(std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; }

}  // namespace

double normal_quantile(double p) {
  constexpr double kNumerator[] = {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
                                   4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
                                   1.3314166789178437745e2, 3.3871328727963666080e0};
  constexpr double kDenominator[] = {
      5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
      5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0};
  constexpr double kNearNumerator[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
                                       1.27045825245236838258e0,  3.64784832476320460504e0,  5.76949722146069140550e0,
                                       4.63033784615654529590e0,  1.42343711074968357734e0};
  constexpr double kNearDenominator[] = {
      1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
      6.89767334985100004550e-1, 1.67638483018380384940e0,  2.05319162663775882187e0,  1.0};
  constexpr double kFarNumerator[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                                      2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
                                      5.46378491116411436990e0,  6.65790464350110377720e0};
  constexpr double kFarDenominator[] = {
      2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
      1.48753612908506148525e-2,  1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kNumerator, r) / polynomial(kDenominator, r);
  }
  const double r = std::sqrt(-logarithm(std::min(p, 1 - p)));
  const double x = r <= 5 ? polynomial(kNearNumerator, r - 1.6) / polynomial(kNearDenominator, r - 1.6)
                          : polynomial(kFarNumerator, r - 5) / polynomial(kFarDenominator, r - 5);
  return q < 0 ? -x : x;
}

void initial_values(std::uint64_t seed, std::string_view name, const Shape& shape, double range, std::int64_t first,
                    std::span<float> out) {
  if (shape.size() == 1) {
    std::ranges::fill(out, name.ends_with(".w") ? 1.0f : 0.0f);
    return;
  }
  const std::uint64_t stream = stream_of(seed, name);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint64_t place = static_cast<std::uint64_t>(first) + i;
    out[i] = static_cast<float>(range * normal_quantile(uniform(scramble(stream + place * 0xd1342543de82ef95u))));
  }
}

}  // namespace partwise::internal
