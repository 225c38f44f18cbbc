// From what is read at several points to contributions to the labels of one example: sums along labels' tokens.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/points.h"

namespace partwise::internal {

/// A token of a label: column `column` of the labels of a read point.
struct PathStep {
  std::int64_t point, column;
  double weight = 1;
};
/// The steps of each label of an example.  [n_labels]
using LabelPaths = std::vector<std::vector<PathStep>>;

/// What a token's logit is compared with at its point.
enum class Rivals {
  columns,     // all labels of the point: the centre is their mean
  vocabulary,  // all tokens: the centre is the point's last label, the mixture of all tokens by their probabilities
};

/// Sums what was read at points along each label's path:
///   part[y]   = sum over steps (p, c, w) of w (part[p, c] - centre of p)
///   logits[y] = sum over steps (p, c, w) of w (logits[p, c] - log_sum_exp of p)
/// So logits are log-probabilities. What the two sums differ in, w (centre of the logits - log_sum_exp), is no part's,
/// and counts as bias. The certificate is the largest of all points' and of the sums' own. `log_sum_exp` is of the
/// rivals' logits [n_points]. All examples have the same number of labels. hidden and z stay as they are.
Contributions sum_along_paths(const PointParts& points, std::span<const LabelPaths> examples, Rivals rivals,
                              std::span<const double> log_sum_exp);

/// max(1, max_y |logit|) of a row of logits [any, n_labels]: what certificates are measured by.
double size_of_logits(const Array<float>& logits, std::int64_t row);

/// log of the sum of exp(value), in double precision.
double log_sum_exp(std::span<const float> values);

}  // namespace partwise::internal
