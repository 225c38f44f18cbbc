// Readers judged on the test rows of a run, for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "session/judging.h"

namespace partwise::internal {

/// One line per measure, then the confusion matrix, folded at `width` (text_table.h).
std::string judgement_text(const Judged& judged, std::size_t width = 0);
/// One line per reader, with its difference from the first reader; more if this is wider than `width`.
std::string judgements_text(const std::vector<Judged>& all, bool colour, std::size_t width = 0);

}  // namespace partwise::internal
