// Reweight, partwise's own reader. It brings all components to similar size, subtracts what each says whatever the
// input is, and weighs them by the optimum of a convex objective; see docs/readers.md. There are three forms: with
// class-specific weights, with one weight per component (to compare with CompRW's), and with the final hidden state.
#include "readers/part_weights.h"

namespace partwise::internal {

namespace {

std::unique_ptr<Reader> make(std::string_view kind, const TermShares& shares) {
  return std::make_unique<PartWeightsReader>(kind, shares);
}

}  // namespace

void register_reweight(std::vector<ReaderKind>& kinds) {
  kinds.push_back({.name = "reweight",
                   .title = "Reweight",
                   .summary = "all components, centred, with learnt weights for each label",
                   .make = [] { return make("reweight", {.shared = 0.5, .by_class = 0.5}); },
                   .splits = true,
                   .is_calibrated = true});
  kinds.push_back({.name = "reweight-shared",
                   .title = "Reweight (shared)",
                   .summary = "reweight with one weight a component, the same for all labels",
                   .make = [] { return make("reweight-shared", {.shared = 1}); },
                   .splits = true,
                   .is_calibrated = true});
  kinds.push_back({.name = "reweight-hidden",
                   .title = "Reweight (hidden state)",
                   .summary = "reweight that reads the final hidden state, too",
                   .make = [] { return make("reweight-hidden", {.shared = 0.35, .by_class = 0.35, .by_row = 0.3}); },
                   .reads_hidden = true,
                   .splits = true,
                   .is_calibrated = true});
}

}  // namespace partwise::internal
