// Reweight, partwise's own reader: all components at similar size, less what each says whatever the input, with
// weights from the optimum of a convex objective. docs/readers.md. Three forms: with class-specific weights, with one
// weight a component (to set beside CompRW's), and with the final hidden state.
#include "readers/part_weights.h"

namespace partwise {

namespace {

std::unique_ptr<Reader> make(std::string_view kind, const TermShares& shares) {
  return std::make_unique<PartWeightsReader>(kind, shares);
}

const ReaderRegistration by_class({"reweight", "all components, centred, with learnt weights for each label",
                                   [] { return make("reweight", {.shared = 0.5, .by_class = 0.5}); }});
const ReaderRegistration shared({"reweight-shared", "reweight with one weight a component, the same for all labels",
                                 [] { return make("reweight-shared", {.shared = 1}); }});
const ReaderRegistration hidden({"reweight-hidden", "reweight that reads the final hidden state, too",
                                 [] {
                                   return make("reweight-hidden", {.shared = 0.35, .by_class = 0.35, .by_row = 0.3});
                                 },
                                 LearnsFrom::pool, /*reads_hidden=*/true});

}  // namespace

}  // namespace partwise
