// Whether a checkpoint that can be opened is a model, whole and by itself.
#pragma once

#include <set>
#include <string>

#include "formats/checkpoint.h"

namespace partwise {

/// Errors: bad_data where it is an adapter, or another kind of GGUF file; where an adapter lies beside the weights of a
/// folder, since other programs apply it (`allow_unknown` with adapter_config.json leaves it out); where weights hold
/// an adapter that was not merged; where weights are quantised by another program (formats/quantised.h).
void check_whole_model(const Checkpoint& checkpoint, const std::set<std::string>& allow_unknown);

}  // namespace partwise
