// The tables of the report, as HTML.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session/report_input.h"

namespace partwise::internal {

/// One row each for the full model, every reader, and the part that is best on these rows. A row has accuracy as a
/// strip and in numbers, log loss, calibration error, Brier score and macro F1.
std::string readers_table(const ReportInput& input);

/// The `n` best and the `n` worst parts, and the `n` label-biased parts that push hardest, with their answers.
std::string parts_table(const ReportInput& input, std::int64_t n);

/// A small SVG with the mark of a kind, for tables and legends.
std::string kind_icon(ComponentKind kind);

}  // namespace partwise::internal
