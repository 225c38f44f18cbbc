// Lines of tables for other programs.
#pragma once

#include <string>
#include <vector>

namespace partwise::internal {

/// Comma-separated values (RFC 4180), or values between other separators. A cell is quoted if it holds a comma, the
/// separator, a quote or a line break.
std::string csv_line(const std::vector<std::string>& cells, char separator = ',');

/// Tab-separated values, which have no quotes: tabs and line ends in a cell become spaces.
std::string tsv_line(const std::vector<std::string>& cells);

}  // namespace partwise::internal
