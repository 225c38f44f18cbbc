// The parts that a fitted reader leans on, for a terminal.
#pragma once

#include <string>

#include "readers/reader.h"

namespace partwise::internal {

/// "leans on L5H3 for 'positive' (+0.612), L2MLP against 'negative' (-0.401)": the first five; "" if there are none.
std::string leanings_text(const ReaderFile& file);

}  // namespace partwise::internal
