// Whose label a head copies: the table that the page and the terminal show.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "session/report_input.h"

namespace partwise {

struct SourceTable {
  using Lines = std::vector<std::vector<std::string>>;

  std::vector<std::string> columns;
  Lines copying, best;  // the heads that repeat the labels they see most, and the most accurate heads
};

/// At most `n` heads of each. The run was split by source.
SourceTable source_table(const ReportInput& input, std::size_t n);

}  // namespace partwise
