// A control: reweight fitted on the pool with its labels shuffled. What it gains over the full model is gained without
// the labels' help, as by taking each part's mean away.
#include "base/random.h"
#include "readers/part_weights.h"

namespace partwise {

namespace {

class RandomLabels : public Reader {
 public:
  std::string_view kind() const override { return "random-labels"; }
  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    weights_.scores(parts, example, out);
  }
  bool split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    weights_.split_scores(parts, example, out);
    return true;
  }
  Json save() const override { return weights_.save(); }
  void load(const Json& state, const ReaderShape& shape) override { weights_.load(state, shape); }

 protected:
  FitReport learn(const FitInput& input) override {
    FitInput shuffled = input;
    Random random(0);
    random.shuffle(shuffled.pool.labels);
    return weights_.fit(shuffled);
  }

 private:
  PartWeights weights_{{.shared = 0.5, .by_class = 0.5}};
};

const ReaderRegistration registration({"random-labels", "a control: reweight on the labelled rows, labels shuffled",
                                       [] { return std::unique_ptr<Reader>(new RandomLabels); }});

}  // namespace

}  // namespace partwise
