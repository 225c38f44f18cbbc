// The ensemble: the mean of the log-probabilities of four separate fits. One learns weights that labels share, one
// weights for each label, one reads the final hidden state, one the heads' output vectors. See docs/readers.md.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/json.h"
#include "readers/head_vectors.h"
#include "readers/part_weights.h"

namespace partwise::internal {

namespace {

constexpr double kMembers = 4;

/// log of the sum of exp(values)
double log_sum_exp(std::span<const double> values) {
  const double shift = *std::max_element(values.begin(), values.end());
  const auto add = [&](double sum, double value) { return sum + std::exp(value - shift); };
  return shift + std::log(std::accumulate(values.begin(), values.end(), 0.0, add));
}

class Ensemble : public Reader {
 public:
  std::string_view kind() const override { return "ensemble"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    scores_of(parts, {&example, 1}, out);
  }

  void scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                 std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    const std::size_t n = out.size() / examples.size();
    std::vector<double> own(out.size());
    const auto add_own = [&] {
      for (std::size_t at = 0; at < own.size(); at += n) {
        const double total = log_sum_exp(std::span(own).subspan(at, n));
        for (std::size_t k = at; k < at + n; ++k) out[k] += (own[k] - total) / kMembers;
      }
    };
    for (const PartWeights& member : weights_) member.scores_of(parts, examples, own), add_own();
    for (std::size_t i = 0; i < examples.size(); ++i)
      vectors_.scores(parts, examples[i], std::span(own).subspan(i * n, n));
    add_own();
  }

  /// The mean of the members' splits. What makes the scores log-probabilities comes from outside the components.
  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    const auto n_labels = static_cast<std::size_t>(parts.n_labels());
    std::vector<double> own(out.size()), f(n_labels);
    double totals = 0;
    for (const PartWeights& member : weights_) {
      member.split_scores(parts, example, own);
      for (std::size_t k = 0; k < out.size(); ++k) out[k] += own[k] / kMembers;
      member.scores(parts, example, f);
      totals += log_sum_exp(f);
    }
    vectors_.add_split(parts, example, 1 / kMembers, out);
    vectors_.scores(parts, example, f);
    totals += log_sum_exp(f);
    for (double& value : out.last(n_labels)) value -= totals / kMembers;
  }

  Json save() const override {
    Json state = {{"head_vectors", vectors_.save()}};
    for (std::size_t m = 0; m < weights_.size(); ++m) state[kNames[m]] = weights_[m].save();
    return state;
  }

  void load(const Json& state, const ReaderShape& shape) override {
    for (std::size_t m = 0; m < weights_.size(); ++m) weights_[m].load(field(state, kNames[m]), shape);
    vectors_.load(field(state, "head_vectors"), shape);
  }

 protected:
  FitReport learn(const FitInput& input) override {
    FitReport report{.objective = 0.0};
    const auto add = [&](const FitReport& own) {
      report.updates += own.updates;
      *report.objective += own.objective.value_or(0.0);
    };
    add(vectors_.fit(input));
    for (PartWeights& member : weights_) add(member.fit(input));
    return report;
  }

 private:
  static constexpr std::array<const char*, 3> kNames = {"shared", "by_class", "hidden"};

  static Json field(const Json& state, const char* name) {
    const auto entry = state.find(name);
    if (entry != state.end() && entry->is_object()) return *entry;
    throw Error(ErrorCode::bad_data, std::string("'") + name + "' is not an object");
  }

  std::array<PartWeights, 3> weights_ = {PartWeights({.shared = 1}), PartWeights({.by_class = 1}),
                                         PartWeights({.by_row = 1})};
  HeadVectors vectors_;
};

}  // namespace

void register_ensemble(std::vector<ReaderKind>& kinds) {
  kinds.push_back(
      {.name = "ensemble",
       .title = "Ensemble",
       .summary = "the mean of four fits: shared weights, weights for each label, hidden state, heads' vectors",
       .make = [] { return std::unique_ptr<Reader>(new Ensemble); },
       .reads_hidden = true,
       .reads_z = true,
       .splits = true});
}

}  // namespace partwise::internal
