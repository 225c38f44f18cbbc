// The four fits whose log-probabilities `ensemble` and `committee` average, for one prompt set.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/json_fwd.h"
#include "readers/head_vectors.h"
#include "readers/part_weights.h"

namespace partwise::internal {

/// Shared weights, weights for each label, the final hidden state; and the heads' output vectors. The first three have
/// the offset l - b (part_weights.h).
class Members {
 public:
  explicit Members(const HeadOptions& heads) : head_options_(heads), vectors_(heads) {}

  FitReport fit(const FitInput& input);

  /// Adds `factor` times the sum of the first three members' log-probabilities, and `factor` times `head_weight` times
  /// those of the heads' vectors.  out [examples.size(), n_labels]
  void add_log_probabilities(const Contributions& parts, std::span<const std::int64_t> examples, double head_weight,
                             double factor, std::span<double> out) const;
  /// Adds the split of the same sum. What makes scores log-probabilities comes from outside the components.
  /// out [n_components + 1, n_labels]
  void add_split(const Contributions& parts, std::int64_t example, double head_weight, double factor,
                 std::span<double> out) const;
  /// The same sum, with a factor of 1, for every row of `parts_out` by members that are fitted without the rows that
  /// are left out with it.  [n_rows, n_labels], 0 for rows that are never left out
  static std::vector<double> left_out(const FitInput& input, const std::vector<PoolRows>& parts_out,
                                      const HeadOptions& heads, double head_weight);

  Json save() const;
  /// Errors: bad_data, naming the field.
  void load(const Json& state, const ReaderShape& shape);

 private:
  static std::vector<double> left_out_by_kernels(const FitInput& input, const std::vector<PoolRows>& parts_out,
                                                 const HeadOptions& heads, double head_weight);
  void head_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const;

  static constexpr std::array<TermShares, 3> kShares = {TermShares{.shared = 1}, TermShares{.by_class = 1},
                                                        TermShares{.by_row = 1}};

  HeadOptions head_options_;
  std::array<PartWeights, 3> weights_ = {PartWeights(kShares[0]), PartWeights(kShares[1]), PartWeights(kShares[2])};
  HeadVectors vectors_;
};

}  // namespace partwise::internal
