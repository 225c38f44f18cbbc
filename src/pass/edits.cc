#include "pass/edits.h"

#include <cmath>

#include "base/error.h"

namespace partwise::internal {

namespace {

constexpr double kSteps = 0x1p32, kLargest = 0x1p30;

std::int64_t in_steps(float value) {
  if (std::abs(value) <= kLargest) return std::llround(double{value} * kSteps);  // false for NaN
  throw Error(ErrorCode::failure, "a part is too large at some position for its mean to be taken",
              {"the model's weights may hold values that are not finite; zero in the part's place needs no mean",
               {{Setting::ablate_with, "zero"}}});
}

}  // namespace

void PartMean::add(ConstMatrix x, std::span<const std::int64_t> weights) {
  for (std::int64_t row = 0; row < x.rows; ++row) {
    for (std::size_t i = 0; i < sums_.size(); ++i)
      sums_[i] += static_cast<__int128>(in_steps(x.row(row)[i])) * weights[row];
    n_ += weights[row];
  }
}

void PartMean::add(const PartMean& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  n_ += other.n_;
}

std::vector<float> PartMean::mean() const {
  std::vector<float> values;
  for (__int128 sum : sums_)
    values.push_back(static_cast<float>(static_cast<double>(sum) / kSteps / static_cast<double>(n_)));
  return values;
}

}  // namespace partwise::internal
