// Small made-up runs, for tests of code that reads runs.
#pragma once

#include <cstdint>

#include "decompose/contributions.h"

namespace partwise::internal::test {

/// Contributions are multiples of 1/8 (exact in float), and the parts sum exactly to the logits. The label of row i is
/// i modulo n_labels. The last layer's first head leans to the label; the first layer's MLP always says label 0.
Run make_run(std::int64_t n_examples, std::int64_t n_layers, std::int64_t n_heads, std::int64_t n_labels,
             std::uint64_t seed = 1);

/// The same for four labels of two tokens each, whose parts are summed along a tree (decompose/label_tree.h) of three
/// nodes: labels 0 and 1 share their first token, and so do 2 and 3. The parts sum to the logits up to rounding.
Run make_tree_run(std::int64_t n_examples, std::int64_t n_layers, std::int64_t n_heads);

}  // namespace partwise::internal::test
