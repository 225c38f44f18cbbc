// Parts that a pass leaves out, and what stands in their place.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/backend.h"

namespace partwise {

/// A head's z, or the output of an MLP (behind its norm, where it has one), at every position.
struct AblatedPart {
  std::int64_t layer = 0;
  std::int64_t head = -1;    // -1 for the layer's MLP
  std::vector<float> value;  // what stands there instead  [d_head], or [d_model] for an MLP
};

/// Sums what parts are at all positions that a pass computes, exactly, so that the mean has the same bits in whatever
/// order and groups they come: in steps of 2^-32, far below what a float of their size resolves.
class PartMean {
 public:
  explicit PartMean(std::int64_t size) : sums_(static_cast<std::size_t>(size)) {}

  /// x [n_rows, size]; each row counts weights[row] times. Errors: failure for a value that is not finite or beyond
  /// what the steps hold (2^30).
  void add(ConstMatrix x, std::span<const std::int64_t> weights);
  void add(const PartMean& other);
  /// Of at least one row.
  std::vector<float> mean() const;

 private:
  std::vector<__int128> sums_;
  std::int64_t n_ = 0;
};

/// What a pass does with parts besides computing them.
struct PartEdits {
  std::span<const AblatedPart> ablated;
  std::vector<PartMean>* means = nullptr;  // of each of `ablated`, which then are not replaced
};

}  // namespace partwise
