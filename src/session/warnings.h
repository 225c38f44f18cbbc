// Warnings as sentences for the user.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/listener.h"
#include "prompts/warning.h"

namespace partwise {

/// Says "warning: 24 of 40 ... [test-rows-are-labelled-rows]" and the hint, a note each.
void warn(const Listener& listener, const std::vector<Warning>& warnings);

/// Warnings of runs by their names: says each kind once, with how many of the runs have it and what the first of them
/// says.
void warn_of_runs(const Listener& listener, const std::vector<std::pair<std::string, std::vector<Warning>>>& runs);

}  // namespace partwise
