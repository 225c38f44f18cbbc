// Warnings as commands say them: on standard error.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "prompts/warning.h"

namespace partwise {

/// "warning: 24 of 40 ... [test-rows-are-labelled-rows]" and the hint, a line each.
void warn(const Console& console, const std::vector<Warning>& warnings);

/// Of runs by their names: each kind once, with how many of the runs have it and what the first of them says.
void warn_of_runs(const Console& console, const std::vector<std::pair<std::string, std::vector<Warning>>>& runs);

}  // namespace partwise
