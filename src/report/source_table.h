// How far each head copies the labels of demonstrations: the table that the page and the terminal show.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "session/report_input.h"

namespace partwise::internal {

struct SourceTable {
  using Lines = std::vector<std::vector<std::string>>;

  std::vector<std::string> columns;
  Lines copying, best;  // the heads with the highest `copying`, and the most accurate heads
};

/// Each list has at most `n` heads. The run must be split by source.
SourceTable source_table(const ReportInput& input, std::size_t n);

}  // namespace partwise::internal
