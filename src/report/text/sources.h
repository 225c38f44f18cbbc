// How far each head copies the labels of demonstrations, for a terminal.
#pragma once

#include <string>

#include "report/text/run.h"

namespace partwise::internal {

/// The heads that copy labels most, then the best heads, `options.n_parts` of each. "" if the run was not split by
/// source.
std::string sources_text(const ReportInput& input, const TextOptions& options);

}  // namespace partwise::internal
