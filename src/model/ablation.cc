#include "model/ablation.h"

#include <cmath>

namespace partwise {

namespace {
constexpr double kSteps = 0x1p32;
}  // namespace

void PartMean::add(ConstMatrix x, std::span<const std::int64_t> weights) {
  for (std::int64_t row = 0; row < x.rows; ++row) {
    for (std::size_t i = 0; i < sums_.size(); ++i)
      sums_[i] += static_cast<__int128>(std::llround(double{x.row(row)[i]} * kSteps)) * weights[row];
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

}  // namespace partwise
