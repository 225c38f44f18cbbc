// Reweight, partwise's own reader: all components at similar size, less what each says whatever the input, with
// weights from the optimum of a convex objective. docs/readers.md. Three forms: with class-specific weights, with one
// weight a component (to set beside CompRW's), and with the final hidden state.
#include "readers/part_weights.h"
#include "readers/reader.h"

namespace partwise {

namespace {

class Reweight : public Reader {
 public:
  Reweight(std::string_view kind, const TermShares& shares) : kind_(kind), weights_(shares) {}

  std::string_view kind() const override { return kind_; }
  void scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    weights_.scores(parts, example, out);
  }
  bool split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const override {
    weights_.split_scores(parts, example, out);
    return true;
  }
  std::vector<Leaning> leanings() const override { return weights_.leanings(); }
  Json save() const override { return weights_.save(); }
  void load(const Json& state, const ReaderShape& shape) override { weights_.load(state, shape); }

 protected:
  FitReport learn(const FitInput& input) override { return weights_.fit(input); }

 private:
  std::string_view kind_;
  PartWeights weights_;
};

std::unique_ptr<Reader> make(std::string_view kind, const TermShares& shares) {
  return std::make_unique<Reweight>(kind, shares);
}

const ReaderRegistration by_class({"reweight", "all components, centred, with learnt weights for each label",
                                   [] { return make("reweight", {.shared = 0.5, .by_class = 0.5}); }});
const ReaderRegistration shared({"reweight-shared", "reweight with one weight a component, the same for all labels",
                                 [] { return make("reweight-shared", {.shared = 1}); }});
const ReaderRegistration hidden({"reweight-hidden", "reweight that reads the final hidden state, too",
                                 [] {
                                   return make("reweight-hidden", {.shared = 0.35, .by_class = 0.35, .hidden = 0.3});
                                 },
                                 LearnsFrom::pool, /*reads_hidden=*/true});

}  // namespace

}  // namespace partwise
