// How sure a reader is: its probabilities, set by what it would have said about labelled rows that it had not seen.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/json_fwd.h"
#include "readers/left_out.h"

namespace partwise::internal {

/// The inverse temperatures that are tried.
inline constexpr std::array kInverseTemperatures = {.05, .1, .2, .3,   .4,  .5,  .6,   .7,
                                                    .8,  .9, 1., 1.15, 1.3, 1.5, 1.75, 2.};

/// Temperature scaling (Guo et al., On Calibration of Modern Neural Networks, 2017, section 4.2) with a prior, and with
/// the temperature averaged out rather than chosen. With q_i the scores of row i by a fit without it,
///   P(beta) ~ prior(beta) prod_i softmax(beta q_i)[y_i],
///   p(y) = sum_beta P(beta) softmax(beta f)[y].
/// The prior is a mixture: with 0.7 a normal distribution around 1.3, with 0.3 the values up to 0.3, of a reader that
/// has learnt nothing. Without the second term two dozen rows that agree by luck make a reader sure.
/// p names the label that f names, since each term of the sum does.
class Temperatures {
 public:
  /// Without rows, the prior alone decides.
  explicit Temperatures(const LeftOutRows& rows);

  /// In place: scores f become probabilities.  [n_labels]
  void to_probabilities(std::span<double> f) const;
  /// P(beta) for each of kInverseTemperatures.
  std::span<const double> weights() const { return weights_; }
  double mean_inverse() const;

  Json save() const;
  /// Errors: bad_data, naming the field.
  static Temperatures load(const Json& state);

 private:
  explicit Temperatures(std::vector<double> weights) : weights_(std::move(weights)) {}
  std::vector<double> weights_;
};

}  // namespace partwise::internal
