// Random matrices with gaps between their rows, and comparisons.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/random.h"
#include "ops/backend.h"
#include "ops/host_rows.h"

namespace partwise::internal::test {

inline constexpr float kGap = std::numeric_limits<float>::quiet_NaN();

/// TestRows that own their elements. The gap after each row holds NaN: reading it spoils the result.
struct TestRows {
  std::vector<float> values;
  std::int64_t rows, cols, stride;

  TestRows(std::int64_t n_rows, std::int64_t n_cols, std::int64_t gap = 0)
      : values(static_cast<std::size_t>(n_rows * (n_cols + gap)), kGap),
        rows(n_rows),
        cols(n_cols),
        stride(n_cols + gap) {}
  Matrix own() { return {values.data(), rows, cols, stride}; }
  ConstMatrix matrix() const { return {values.data(), rows, cols, stride}; }
  Rows view() { return as_rows(own()); }
  ConstRows view() const { return as_rows(matrix()); }
  float& at(std::int64_t r, std::int64_t c) { return values[static_cast<std::size_t>(r * stride + c)]; }
  float at(std::int64_t r, std::int64_t c) const { return values[static_cast<std::size_t>(r * stride + c)]; }
};

/// Uniform in [-scale, scale).
inline TestRows random_rows(std::uint64_t seed, std::int64_t n_rows, std::int64_t n_cols, std::int64_t gap = 0,
                            double scale = 1.0) {
  Random random(seed);
  TestRows m(n_rows, n_cols, gap);
  for (std::int64_t r = 0; r < n_rows; ++r)
    for (std::int64_t c = 0; c < n_cols; ++c) m.at(r, c) = static_cast<float>(scale * (2 * random.uniform() - 1));
  return m;
}

/// TestRows `which` of m, in that order, without gaps.
inline TestRows select(const TestRows& m, const std::vector<std::int64_t>& which) {
  TestRows picked(std::ssize(which), m.cols);
  for (std::size_t i = 0; i < which.size(); ++i)
    std::memcpy(&picked.at(static_cast<std::int64_t>(i), 0), m.matrix().row(which[i]), sizeof(float) * m.cols);
  return picked;
}

/// Same bits in every element; gaps are not looked at.
inline testing::AssertionResult same_bits(const TestRows& a, const TestRows& b) {
  if (a.rows != b.rows || a.cols != b.cols) return testing::AssertionFailure() << "different shapes";
  for (std::int64_t r = 0; r < a.rows; ++r)
    for (std::int64_t c = 0; c < a.cols; ++c) {
      const float x = a.at(r, c), y = b.at(r, c);
      if (std::memcmp(&x, &y, sizeof x) != 0)
        return testing::AssertionFailure() << "row " << r << ", column " << c << ": " << x << " and " << y;
    }
  return testing::AssertionSuccess();
}

/// |a - b| <= bound(r, c) everywhere, and no NaN.
template <class Bound>
testing::AssertionResult near(const TestRows& a, const TestRows& b, const Bound& bound) {
  for (std::int64_t r = 0; r < a.rows; ++r)
    for (std::int64_t c = 0; c < a.cols; ++c)
      if (!(std::fabs(double{a.at(r, c)} - b.at(r, c)) <= bound(r, c)))
        return testing::AssertionFailure() << "row " << r << ", column " << c << ": " << a.at(r, c) << " and "
                                           << b.at(r, c) << " differ by more than " << bound(r, c);
  return testing::AssertionSuccess();
}

/// Whether the gaps between rows are unchanged.
inline bool gaps_untouched(const TestRows& m) {
  for (std::int64_t r = 0; r < m.rows; ++r)
    for (std::int64_t c = m.cols; c < m.stride; ++c)
      if (!std::isnan(m.values[static_cast<std::size_t>(r * m.stride + c)])) return false;
  return true;
}

inline constexpr double kUnitRoundoff = 0x1p-24;
inline constexpr double kSmallestNormal = 0x1p-126;

/// Row counts around every vector, block and panel size.
inline const std::vector<std::int64_t> kOddSizes = {1, 2, 3, 7, 15, 16, 17, 31, 47, 48, 49, 63, 64, 65, 97, 127, 129};

/// Row widths around every vector size.
inline const std::vector<std::int64_t> kWidths = {1, 2, 3, 7, 8, 15, 16, 17, 31, 64, 65, 576};

}  // namespace partwise::internal::test
