// The report for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "session/report_input.h"

namespace partwise {

struct TextOptions {
  std::int64_t n_parts = 5;  // rows of each table
  bool colour = false;       // bold headings and coloured kinds (ANSI escapes)
};

/// Accuracy and interval of the full model and of each reader, a line each; log loss where it is known.
std::string readers_text(const ReportInput& input, const TextOptions& options = {});

/// A heading and a table of parts with accuracy, interval, kind and answers; `which` are indices into the analysis.
std::string parts_text(const ReportInput& input, std::string_view heading, const std::vector<std::int64_t>& which,
                       const TextOptions& options = {});

/// Counts of kinds, then the best, the worst and the most label-biased parts.
std::string analysis_text(const ReportInput& input, const TextOptions& options = {});

/// The whole: readers, parts, certificate.
std::string text_report(const ReportInput& input, const TextOptions& options = {});

}  // namespace partwise
