// Calibrations that remove the model's prior over labels from its answer. The prior is measured on inputs without
// labels. There are three kinds, which differ in these inputs and in how the prior is removed:
// - contextual: inputs without content ("N/A", "", "[MASK]"), p divided by the prior. Zhao, Wallace, Feng, Klein and
//   Singh, arXiv 2102.09690, section 5.
// - domain-context: twenty inputs of random words of the data, p divided by the prior. Fei, Hou, Chen and Bosselut,
//   arXiv 2305.19148, section 4.
// - batch: the inputs to be judged, the prior subtracted from p. Zhou, Wan, Proleev, Mincu, Chen, Heller and Roy,
//   arXiv 2309.17249, section 3.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/json.h"
#include "readers/reader.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

/// How the prior is removed. The prior is the mean of p = softmax(logits) over the unlabelled rows.
enum class PriorRemoval {
  divide,    // f[y] = log p[y] - log prior[y]
  subtract,  // f[y] = p[y] - prior[y]
};

double safe_log(double p) { return std::log(std::max(p, std::numeric_limits<double>::min())); }

class PriorCalibration : public Reader {
 public:
  PriorCalibration(std::string_view kind, PriorRemoval removal) : kind_(kind), removal_(removal) {}

  std::string_view kind() const override { return kind_; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(out.size() == prior_.size(), "a reader is used on the labels it was fitted on");
    model_probabilities(parts, example, out);
    for (std::size_t y = 0; y < out.size(); ++y)
      out[y] = removal_ == PriorRemoval::subtract ? out[y] - prior_[y] : safe_log(out[y]) - safe_log(prior_[y]);
  }

  /// With division, the scores are the logits plus constants, so they split as the logits do. With subtraction they do
  /// not split.
  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    check_internal(removal_ == PriorRemoval::divide, "what is subtracted from probabilities does not split");
    split_with_rest_outside(*this, parts, example, out);
  }

  Json save() const override { return {{"prior", prior_}}; }

  void load(const Json& state, const ReaderShape& shape) override {
    prior_ = numbers(state, "prior", static_cast<std::size_t>(shape.n_labels));
    if (std::all_of(prior_.begin(), prior_.end(), [](double p) { return p >= 0 && p <= 1; })) return;
    throw Error(ErrorCode::bad_data, "'prior' is not a list of probabilities");
  }

 protected:
  FitReport learn(const FitInput& input) override {
    prior_.assign(static_cast<std::size_t>(input.parts.n_labels()), 0.0);
    std::vector<double> p(prior_.size());
    for (std::int64_t row : input.unlabelled) {
      model_probabilities(input.parts, row, p);
      for (std::size_t y = 0; y < p.size(); ++y) prior_[y] += p[y] / static_cast<double>(input.unlabelled.size());
    }
    return {};
  }

 private:
  std::string_view kind_;
  PriorRemoval removal_;
  std::vector<double> prior_;  // [n_labels], sums to one
};

std::unique_ptr<Reader> make(std::string_view kind, PriorRemoval removal) {
  return std::make_unique<PriorCalibration>(kind, removal);
}

}  // namespace

void register_prior_calibration(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "contextual-calibration",
                   .title = "Contextual calibration",
                   .summary = "the model's probabilities over those for inputs without content",
                   .make = [] { return make("contextual-calibration", PriorRemoval::divide); },
                   .learns_from = LearnsFrom::content_free,
                   .splits = true});
  kinds.push_back({.name = "domain-calibration",
                   .title = "Domain-context calibration",
                   .summary = "the model's probabilities over those for random words",
                   .make = [] { return make("domain-calibration", PriorRemoval::divide); },
                   .learns_from = LearnsFrom::random_words,
                   .splits = true});
  kinds.push_back({.name = "batch-calibration",
                   .title = "Batch calibration",
                   .summary = "the model's probabilities less their mean over test rows",
                   .make = [] { return make("batch-calibration", PriorRemoval::subtract); },
                   .learns_from = LearnsFrom::test_inputs});
}

}  // namespace partwise::internal
