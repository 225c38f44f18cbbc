// The checkpoints of a training run, for a terminal.
#pragma once

#include <string>

#include "session/findings.h"

namespace partwise {

/// A line for each checkpoint: label, commit, whether it is usable or why not, path.
std::string series_text(const SeriesFindings& all);

}  // namespace partwise
