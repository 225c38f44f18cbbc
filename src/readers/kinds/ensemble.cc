// The ensemble: the mean of the log-probabilities of four separate fits. See docs/readers.md.
#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "readers/members.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

constexpr double kFactor = 0.25;  // of each member

class Ensemble : public Reader {
 public:
  std::string_view kind() const override { return "ensemble"; }

  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    scores_of(parts, {&example, 1}, out);
  }

  void scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                 std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    members_.add_log_probabilities(parts, examples, 1, kFactor, out);
  }

  void split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    std::fill(out.begin(), out.end(), 0.0);
    members_.add_split(parts, example, 1, kFactor, out);
  }

  Json save() const override { return members_.save(); }
  void load(const Json& state, const ReaderShape& shape) override { members_.load(state, shape); }

 protected:
  FitReport learn(const FitInput& input) override { return members_.fit(input); }

  LeftOutRows left_out(const FitInput& input) const override {
    const std::vector<PoolRows> parts_out = rows_to_leave_out(input.pool.labels, input.by_tenths);
    std::vector<double> sums = Members::left_out(input, parts_out, {}, 1);
    for (double& sum : sums) sum *= kFactor;
    return in_run(gathered(sums, input.pool.labels, parts_out), input.pool);
  }

 private:
  Members members_{HeadOptions{}};
};

}  // namespace

void register_ensemble(std::vector<ReaderKind>& kinds) {
  kinds.push_back(
      {.name = "ensemble",
       .title = "Ensemble",
       .summary = "the mean of four fits: shared weights, weights for each label, hidden state, heads' vectors",
       .make = [] { return std::unique_ptr<Reader>(new Ensemble); },
       .rows_per_label = 2,  // heads are trusted by leaving a row out
       .reads_hidden = true,
       .reads_z = true,
       .splits = true,
       .is_calibrated = true});
}

}  // namespace partwise::internal
