// Spells remedies as options and commands of the command line.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace partwise::internal {

/// "--shots N", "--allow-unknown rope_scaling", "partwise decompose --store hidden", "partwise inspect".
std::string spelled(const Remedy& remedy);

/// `sentence`, followed by the options and commands for it in brackets: "use fewer demonstrations (--shots N)".
std::string with_remedies(const std::string& sentence, const std::vector<Remedy>& remedies);

/// The hint that the program prints after an error: the advice with its remedies. "" if the error has no advice.
std::string hint_line(const Error& error);

}  // namespace partwise::internal
