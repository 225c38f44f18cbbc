// Remedies as the command line spells them.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace partwise {

/// "--shots N", "--allow-unknown rope_scaling", "partwise decompose --store hidden", "partwise inspect".
std::string spelled(const Remedy& remedy);

/// A sentence and, in brackets behind it, the options and commands for it: "use fewer demonstrations (--shots N)".
std::string with_remedies(const std::string& sentence, const std::vector<Remedy>& remedies);

/// What the program says to do about an error; empty if nothing is known.
std::string hint_line(const Error& error);

}  // namespace partwise
