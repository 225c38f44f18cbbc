// Readers judged on the test rows of a run, for a terminal.
#pragma once

#include <string>
#include <vector>

#include "session/judging.h"

namespace partwise {

/// A measure a line, and the confusion matrix.
std::string judgement_text(const Judged& judged);
/// A line for each reader, with the difference from the first one.
std::string judgements_text(const std::vector<Judged>& all, bool colour);

}  // namespace partwise
