// The report of a run, for a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "session/report_input.h"

namespace partwise::internal {

struct TextOptions {
  std::int64_t n_parts = 5;  // rows of each table
  bool colour = false;       // bold headings and coloured kinds (ANSI escapes)
  std::size_t width = 0;     // of the terminal, at which tables are folded; 0: any width
};

/// One line each for the full model and every reader: accuracy, interval, and log loss if it is known.
std::string readers_text(const ReportInput& input, const TextOptions& options = {});

/// A heading and a table of parts with accuracy, interval, kind and answers; `which` are indices into the analysis.
std::string parts_text(const ReportInput& input, std::string_view heading, const std::vector<std::int64_t>& which,
                       const TextOptions& options = {});

/// The number of parts of each kind, the best, worst and most label-biased parts, and the depths if there are any.
std::string analysis_text(const ReportInput& input, const TextOptions& options = {});

/// The whole report: readers, parts, sources (if the run was split by source), certificate.
std::string text_report(const ReportInput& input, const TextOptions& options = {});

}  // namespace partwise::internal
