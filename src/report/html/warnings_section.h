// What is to be known before the numbers of a page are believed.
#pragma once

#include <string>
#include <vector>

#include "prompts/warning.h"
#include "study/warnings.h"

namespace partwise {

/// "" where there are none.
std::string warnings_section(const std::vector<Warning>& warnings);
/// The same of a study, with the tasks and how many of their runs.
std::string warnings_section(const std::vector<StudyWarning>& warnings);

}  // namespace partwise
