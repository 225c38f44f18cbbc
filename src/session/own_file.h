// Files that our commands write, or that hold prompts for them: what `inspect` says of them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/advice.h"

namespace partwise::internal {

struct OwnFile {
  std::string kind;                                        // "run", "reader", "tokens", "study", "result", "prompts",
                                                           // "page", "table", "task", "answers"
  std::string what;                                        // "a run file", in words
  std::vector<std::pair<std::string, std::string>> facts;  // name and value: model, task, rows, ...
  std::vector<Remedy> taken_by;                            // how work takes the file; empty if none does
};

/// What `file` is; nullopt if it is none of these. Errors: those of reading a reader file, a prompt file or what a
/// run says of itself, if it is one and cannot be used.
std::optional<OwnFile> recognise_own_file(const std::filesystem::path& file);

}  // namespace partwise::internal
