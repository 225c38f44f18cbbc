// What the fits share: the pool's labels, the loss, when to stop.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "decompose/contributions.h"

namespace partwise {

/// Labels of the rows to fit on. Errors: bad_data where there is no row, a row has no label, or a label has no row.
std::vector<std::int32_t> pool_labels(const Contributions& parts, std::span<const std::int32_t> labels,
                                      std::span<const std::int64_t> rows);

/// Mean cross-entropy in nats of softmax(scores); `gradient` gets its derivative by the scores.
/// scores, gradient [n_rows, n_labels]; labels [n_rows]
double cross_entropy(std::span<const double> scores, std::span<const std::int32_t> labels, std::span<double> gradient);

/// Share of rows whose first largest score is the label's.  scores [n_rows, n_labels]
double training_accuracy(std::span<const double> scores, std::span<const std::int32_t> labels);

/// Spent at the third loss, not necessarily in a row, that is not below all losses before it.
class Patience {
 public:
  bool spent_by(double loss) {
    if (loss < best_) {
      best_ = loss;
    } else {
      ++failures_;
    }
    return failures_ >= 3;
  }

 private:
  double best_ = std::numeric_limits<double>::infinity();
  int failures_ = 0;
};

}  // namespace partwise
