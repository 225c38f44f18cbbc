// Text files that our commands write or take: pages, tables, tasks, kept answers.
#pragma once

#include <filesystem>
#include <optional>

#include "session/own_file.h"

namespace partwise::internal {

/// What the text file is; nullopt if it is none of these. A table or a task is known by its name (.csv, .yaml) and by
/// what it holds. Errors: none; what cannot be read is none of these.
std::optional<OwnFile> recognise_own_text(const std::filesystem::path& file);

}  // namespace partwise::internal
