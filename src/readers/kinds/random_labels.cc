// A control: reweight fitted on labels that say nothing. What it gains over the full model, it gains without the
// labels' help, for example by subtracting each part's mean. The rows of each true label are shuffled, and then given
// all labels in turn. A plain shuffle would not do: a dozen shuffled labels may agree with the true ones far more or
// far less often than by chance, and then they still teach something.
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "readers/part_weights.h"
#include "readers/refits.h"

namespace partwise::internal {

namespace {

class RandomLabels : public PartWeightsReader {
 public:
  RandomLabels() : PartWeightsReader("random-labels", {.shared = 0.5, .by_class = 0.5}) {}

 protected:
  FitReport learn(const FitInput& input) override { return PartWeightsReader::learn(dealt(input)); }
  LeftOutRows left_out(const FitInput& input) const override {
    return PartWeightsReader::left_out(by_label(dealt(input)));
  }

 private:
  static FitInput dealt(const FitInput& input) {
    const std::vector<std::int32_t>& truth = input.pool.labels;
    if (std::ssize(truth) == input.parts.n_labels())
      throw Error(ErrorCode::bad_data, "random-labels needs a label with two rows, and every label has one to fit on",
                  "label more rows");
    std::vector<std::size_t> order(truth.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random random(0);
    random.shuffle(order);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return truth[a] < truth[b]; });
    FitInput out = input;
    for (std::size_t k = 0; k < order.size(); ++k)
      out.pool.labels[order[k]] = static_cast<std::int32_t>(k % static_cast<std::size_t>(input.parts.n_labels()));
    return out;
  }

  /// The same pool, sorted by the labels dealt. If it is not, the rows that are left out together may be all that a
  /// label has (rows_to_leave_out).
  static FitInput by_label(const FitInput& input) {
    PoolRows order = other_rows(std::ssize(input.pool.rows), {});
    std::ranges::stable_sort(order, {}, [&](std::ptrdiff_t k) { return input.pool.labels[k]; });
    return with_pool_rows(input, order);
  }
};

}  // namespace

void register_random_labels(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "random-labels",
                   .title = "Random labels (control)",
                   .summary = "a control: reweight on the labelled rows with labels that say nothing",
                   .make = [] { return std::unique_ptr<Reader>(new RandomLabels); },
                   .splits = true,
                   .is_calibrated = true,
                   .is_control = true});
}

}  // namespace partwise::internal
