// Parts that a pass replaces, and the values that replace them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/backend.h"

namespace partwise {

/// Replaces a head's z, or an MLP's output (after its norm, if it has one), at every position.
struct AblatedPart {
  std::int64_t layer = 0;
  std::int64_t head = -1;    // -1 for the layer's MLP
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

/// What a pass does with parts besides computing them: it replaces them or measures their means.
struct PartEdits {
  std::span<const AblatedPart> ablated;
  std::vector<PartMean>* means = nullptr;  // if set: `ablated` are not replaced but added to these means
};

}  // namespace partwise
