// Parts that a pass replaces, and parts whose values it averages.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/component.h"
#include "ops/backend.h"

namespace partwise::internal {

/// Replaces a head's z, or an MLP's output (after its norm, if it has one), at every position.
struct AblatedPart {
  Component part;
  std::vector<float> value;  // the new value  [d_head], or [d_model] for an MLP
};

/// Sums a part's values over all positions that a pass computes. The sum is exact, so the mean has the same bits for
/// any order and any groups: it is in steps of 2^-32, far below what a float of this size resolves.
class PartMean {
 public:
  explicit PartMean(std::int64_t size) : sums_(static_cast<std::size_t>(size)) {}

  /// x [n_rows, size]; each row counts weights[row] times. Errors: failure for a value that is not finite or too large
  /// for the steps (2^30).
  void add(ConstMatrix x, std::span<const std::int64_t> weights);
  void add(const PartMean& other);
  /// At least one row must have been added.
  std::vector<float> mean() const;

 private:
  std::vector<__int128> sums_;
  std::int64_t n_ = 0;
};

/// A part, and the mean to which a pass adds its values.
struct AveragedPart {
  Component part;
  PartMean mean;
};

/// What a pass does with parts besides computing them.
struct PartEdits {
  std::span<const AblatedPart> ablated;
  std::span<AveragedPart> averaged;
};

}  // namespace partwise::internal
