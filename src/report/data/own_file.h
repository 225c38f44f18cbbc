// What a file of ours is, as JSON.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "session/own_file.h"

namespace partwise::internal {

/// `kind`, the facts by name, and `taken_by`: the command lines that take the file.
OrderedJson own_file_json(const OwnFile& file, const std::vector<std::string>& taken_by);

}  // namespace partwise::internal
