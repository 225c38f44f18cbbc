// The rows that a reader answers wrong, as HTML.
#pragma once

#include <string>
#include <vector>

#include "session/judging.h"

namespace partwise::internal {

/// A heading and a table of the wrong answers, at most 100, the surest first: row, text, label, answer, probability,
/// and for kinds of readers that split over parts, which parts drove the answer. `texts` as in evaluation_html.
std::string wrong_answers(const Run& run, const Judged& judged, const std::vector<std::string>& texts);

}  // namespace partwise::internal
