// The warnings to read before the numbers of a page.
#pragma once

#include <string>
#include <vector>

#include "prompts/warning.h"
#include "study/warnings.h"

namespace partwise::internal {

/// "" if there are no warnings.
std::string warnings_section(const std::vector<Warning>& warnings);
/// The same for a study. Each warning names its task and the number of runs that have it.
std::string warnings_section(const std::vector<StudyWarning>& warnings);

}  // namespace partwise::internal
