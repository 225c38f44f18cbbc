// Checks that a checkpoint that can be opened is a complete model by itself.
#pragma once

#include <set>
#include <string>

#include "formats/checkpoint.h"

namespace partwise::internal {

/// Errors: bad_data in these cases:
/// - it is an adapter, or a GGUF file of another kind;
/// - an adapter lies beside the weights of a folder, since other programs apply it (adapter_config.json in
///   `allow_unknown` lets it pass and leaves it out);
/// - the weights hold an adapter that was not merged;
/// - the weights were quantised by another program (formats/quantised.h).
void check_whole_model(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown);

}  // namespace partwise::internal
