// What accuracy to expect of a labelled table, as text.
#pragma once

#include <string>

#include "labelling/labelled_table.h"

namespace partwise::internal {

/// "expect 76 % of the answers to be right (95 % interval 63 to 86 %), ...", and a table of all readers that were
/// judged. `width`: of the terminal, 0 if there is none.
std::string expected_text(const Expected& expected, bool colour, std::size_t width);

}  // namespace partwise::internal
