// Calibrations that take the model's prior over labels, measured on inputs without labels, away from its answer.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "readers/reader.h"

namespace partwise {

/// How the prior, the mean of p = softmax(logits) over the unlabelled rows, is taken away.
enum class PriorRemoval {
  divide,    // f[y] = log p[y] - log prior[y]
  subtract,  // f[y] = p[y] - prior[y]
};

class PriorCalibration : public Reader {
 public:
  PriorCalibration(std::string_view kind, PriorRemoval removal) : kind_(kind), removal_(removal) {}

  std::string_view kind() const override { return kind_; }
  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override;
  /// Division leaves the logits but for a constant of each label, so it splits as they do; subtraction does not.
  bool split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override;
  Json save() const override;
  void load(const Json& state, const ReaderShape& shape) override;

 protected:
  FitReport learn(const FitInput& input) override;

 private:
  std::string_view kind_;
  PriorRemoval removal_;
  std::vector<double> prior_;  // [n_labels], sums to one
};

}  // namespace partwise
