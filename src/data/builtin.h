// The tasks and data sets compiled into the program.
#pragma once

#include <vector>

#include "base/embedded.h"

namespace partwise::internal {

/// The files tasks/*.yaml, data/*/*.jsonl and data/*/*.csv, sorted by path. CMake generates the source that defines
/// this.
const std::vector<EmbeddedFile>& builtin_files();

}  // namespace partwise::internal
