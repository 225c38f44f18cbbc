// Warnings as sentences for the user.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/listener.h"
#include "prompts/warning.h"

namespace partwise::internal {

/// Says "warning: 24 of 40 ... [test-rows-are-labelled-rows]" and then the hint, each as a note.
void warn(const Listener& listener, const std::vector<Warning>& warnings);

/// Says the warnings of several runs; the string of each pair is the run's name. Each code is said once: how many runs
/// have it, and the message of the first of them.
void warn_of_runs(const Listener& listener, const std::vector<std::pair<std::string, std::vector<Warning>>>& runs);

}  // namespace partwise::internal
