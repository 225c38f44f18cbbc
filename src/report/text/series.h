// The checkpoints of a training run, for a terminal.
#pragma once

#include <string>

#include "session/findings.h"

namespace partwise::internal {

/// One line per checkpoint: label, commit, "usable" or the reason why it is not, path.
std::string series_text(const SeriesFindings& all);

}  // namespace partwise::internal
