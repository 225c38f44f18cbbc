// The tasks and data sets compiled into the program.
#pragma once

#include <vector>

#include "base/embedded.h"

namespace partwise {

/// tasks/*.yaml and data/*/{train,test}.jsonl, sorted by path. CMake writes its body.
const std::vector<EmbeddedFile>& builtin_files();

}  // namespace partwise
