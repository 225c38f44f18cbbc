// A training run as one page.
#pragma once

#include <string>
#include <string_view>

#include "study/emergence.h"

namespace partwise {

/// Figure and table, in a page that needs nothing else. `series` and `task` are plain text; `task` may be "".
std::string emergence_html(const Emergence& emergence, std::string_view series, std::string_view task);

}  // namespace partwise
