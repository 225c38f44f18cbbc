// The report of a training run as one page.
#pragma once

#include <string>
#include <string_view>

#include "study/emergence.h"

namespace partwise::internal {

/// A self-contained page with a figure and a table. `series` and `task` are plain text; `task` may be "".
std::string emergence_html(const Emergence& emergence, std::string_view series, std::string_view task);

}  // namespace partwise::internal
