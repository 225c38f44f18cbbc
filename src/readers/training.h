// What the fits share: the pool's labels, the loss, when to stop.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise::internal {

/// `rows` sorted by what they hold. So sums over them have the same bits, whatever the order of the run's rows.
std::vector<std::int64_t> in_canonical_order(const Contributions& parts, std::vector<std::int64_t> rows);

/// `rows` with their labels, sorted by label and then as above. Errors: bad_data if a row has no label.
LabelledRows labelled_rows(const Contributions& parts, std::span<const std::int32_t> labels,
                           const std::vector<std::int64_t>& rows);

/// The same with rows of the run in place of places in the pool.
LeftOutRows in_run(LeftOutRows left_out, const LabelledRows& pool);

/// Errors: bad_data if the pool has no row, or a label has fewer than `rows_per_label`.
void check_labels(const LabelledRows& pool, std::int64_t n_labels, std::int64_t rows_per_label);

/// Share of the rows that the reader answers correctly; 0 if there are no rows.
double accuracy_on(const Reader& reader, const Contributions& parts, const LabelledRows& rows);

/// p = softmax(logits) of the full model.  out [n_labels]
void model_probabilities(const Contributions& parts, std::int64_t example, std::span<double> out);

/// Splits scores that are `factor` times the logits plus constants. Each component gets `factor` times its own logits;
/// the last row gets the rest of the scores.  out [n_components + 1, n_labels]
void split_with_rest_outside(const Reader& reader, const Contributions& parts, std::int64_t example,
                             std::span<double> out, double factor = 1);

/// Turns votes into scores, in place: log((votes + 1) / (all votes + n_labels)), so that no label has probability 0.
void scores_of_votes(std::span<double> votes);

/// All components, sorted by their accuracy on the pool, the best first. Ties are sorted by their cross-entropy there,
/// the lower first: two dozen labels leave many ties, and the surer component does better on new rows than the one with
/// the lower index. What is still equal is sorted by index.
std::vector<std::int64_t> components_by_accuracy(const Contributions& parts, const LabelledRows& pool);

/// Mean cross-entropy in nats of softmax(scores); `gradient` gets its derivative by the scores.
/// scores, gradient [n_rows, n_labels]; labels [n_rows]
double cross_entropy(std::span<const double> scores, std::span<const std::int32_t> labels, std::span<double> gradient);

/// Share of rows whose largest score (the first on ties) is that of their label.  scores [n_rows, n_labels]
double training_accuracy(std::span<const double> scores, std::span<const std::int32_t> labels);

/// Spent at the third loss that is not below all losses before it. The three need not follow each other.
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

}  // namespace partwise::internal
