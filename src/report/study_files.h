// The tables, the page and the figures of a study as files.
#pragma once

#include <filesystem>

#include "base/listener.h"
#include "study/methods.h"

namespace partwise::internal {

/// Writes methods.csv, components.csv, transfer.csv, study.json, report.html and figures/ into `folder`. Tells
/// `listener` the warnings of the runs and what was left out. Errors: bad_data if every run was left out; those of
/// files.
void write_study(const StudyResults& results, const std::filesystem::path& folder, const Listener& listener);

}  // namespace partwise::internal
