// Which labelled rows are drawn, and in which order demonstrations come.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"

namespace partwise::internal {

/// Draws rows, one of each label in turn while the label has rows left. So the first N rows are as balanced as
/// possible, for every N.
class BalancedDraw {
 public:
  /// `labels` [n_rows], each in [0, n_labels). `random` must outlive the object.
  BalancedDraw(const std::vector<std::int32_t>& labels, std::int64_t n_labels, Random& random);

  /// Indices of the next n rows. At least n rows must be left.
  std::vector<std::size_t> take(std::int64_t n);

 private:
  void start_round();

  std::vector<std::vector<std::size_t>> by_label_;  // rows that are left
  std::vector<std::size_t> turns_;                  // labels whose turn is still to come in this round
  Random& random_;
};

/// Shuffles until the last two rows differ in their label (if that is possible): a model leans to what it read last.
void shuffle_demonstrations(std::vector<std::size_t>& rows, const std::vector<std::int32_t>& labels, Random& random);

}  // namespace partwise::internal
