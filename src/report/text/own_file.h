// What a file of ours is, for a terminal.
#pragma once

#include <string>
#include <vector>

#include "session/own_file.h"

namespace partwise::internal {

/// One line per fact. `taken_by` are the command lines that take the file.
std::string own_file_text(const OwnFile& file, const std::vector<std::string>& taken_by);

}  // namespace partwise::internal
