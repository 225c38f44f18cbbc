// The result of a fit, for a terminal.
#pragma once

#include <string>
#include <string_view>

#include "readers/reader.h"

namespace partwise::internal {

/// "24 labelled rows, 310 updates, 100.0 % of the labelled rows right, objective 0.412"
std::string describe_fit(std::string_view kind, const FitReport& fit);

}  // namespace partwise::internal
