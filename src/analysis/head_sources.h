// What each head reads from where: a run that is split by source.
#pragma once

#include <cstdint>
#include <vector>

#include "decompose/contributions.h"

namespace partwise {

/// What a head's push to its own answer comes from: means over rows, in logits. The push of some logits g to a label y
/// is g[y] less the mean of the others; the answer is the label that the head itself raises most.
struct HeadSources {
  std::int64_t component = 0;  // order of Contributions
  double push = 0;             // to its answer; the sum of the five below
  double same_label = 0;       // from label words of demonstrations that have its answer as their label
  double other_label = 0;      // from those of other demonstrations
  double demonstrations = 0;   // from the demonstrations' inputs
  double input = 0;            // from the prompt's own input
  double rest = 0;             // from BOS and the instruction
  /// How far it repeats labels that it sees: from all label words together, the push to their own label.
  double copying = 0;
};

/// Whether the run is split by source and says which labels its demonstrations have, if there are any.
bool has_head_sources(const Run& run);

/// Of every head over these rows. Errors: bad_data where the run was not split by source, or does not say which labels
/// the demonstrations have.
std::vector<HeadSources> head_sources(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise
