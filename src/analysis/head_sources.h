// What each head reads from which source, in a run that is split by source.
#pragma once

#include <cstdint>
#include <vector>

#include "decompose/contributions.h"

namespace partwise::internal {

/// Where a head's push to its own answer comes from: means over rows, in logits. The push of logits g to a label y is
/// g[y] minus the mean of the others. The head's answer is the label that it raises most.
struct HeadSources {
  std::int64_t component = 0;  // order of Contributions
  double push = 0;             // to its answer; the sum of the five below
  double same_label = 0;       // from label words of demonstrations that have its answer as their label
  double other_label = 0;      // from label words of other demonstrations
  double demonstrations = 0;   // from the demonstrations' inputs
  double input = 0;            // from the prompt's own input
  double rest = 0;             // from BOS and the instruction
  /// How far it repeats labels that it sees: the sum over all label words of the push from the word to its own label.
  double copying = 0;
};

/// Whether the run is split by source, has demonstrations, and says which labels they have.
bool has_head_sources(const Run& run);

/// The sources of every head, over `rows`. Errors: bad_data if the run is not split by source, or does not say which
/// labels the demonstrations have.
std::vector<HeadSources> head_sources(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise::internal
