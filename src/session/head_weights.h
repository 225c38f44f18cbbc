// How a reader weighs heads, found by asking it.
#pragma once

#include <vector>

#include "decompose/weighed_heads.h"
#include "readers/reader.h"

namespace partwise::internal {

struct HeadsOfReader {
  std::vector<HeadWeights> sets;  // of each prompt set that it reads (n_sets_read)
  std::vector<double> constant;   // what all heads add to each label's score whatever they read  [n_labels]
};

/// What a head adds to the scores (Reader::split_scores) is an affine function of its own logits and z. So a reader of
/// any kind says its weights if it is asked about heads that add 1 to one label's logit, or to one element of z, and
/// nothing else: once for each label and each element, for all heads together. The kind must split.
HeadsOfReader heads_of_reader(const ReaderFile& reader, const ModelConfig& config);

}  // namespace partwise::internal
