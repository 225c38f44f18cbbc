// Files that commands write.
#pragma once

#include <functional>
#include <string>

#include "base/file.h"

namespace partwise {

/// Opens `path` before the work, so that none is lost to a place that cannot be written, runs it, and lets the file
/// appear when it is complete. Errors: those of OutputFile and of `work`; an interruption says that nothing was
/// written.
void write_output(const std::string& path, const std::function<void(OutputFile&)>& work);

}  // namespace partwise
