// Tables for other programs: comma-separated values (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace partwise {

/// A line of cells: quoted where they hold a comma, a quote or a line break.
std::string csv_line(const std::vector<std::string>& cells);

/// The shortest decimal that reads back as the same number.
std::string csv_number(double value);

}  // namespace partwise
