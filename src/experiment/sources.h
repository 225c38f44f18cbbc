// What each token of a prompt belongs to, and what a head reads from where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decompose/contributions.h"
#include "experiment/prompts.h"

namespace partwise {

/// "bos", then those of the set's prompts: "instruction", "demo0", "demo0_label", ..., "input".
std::vector<std::string> source_names(const PromptSet& set);

/// Fills Prompt::sources in: indices into source_names. A token belongs to where its first byte lies. `tokenizer` may
/// be null for prompts given as ids. Errors: bad_data where the ids of a prompt do not spell its text.
void assign_sources(PromptSet& set, const Tokenizer* tokenizer);

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

/// Of every head over these rows. Errors: bad_data where the run was not split by source, or does not say which labels
/// the demonstrations have.
std::vector<HeadSources> head_sources(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise
