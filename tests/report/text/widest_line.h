// How wide a text is in a terminal.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>

#include "report/text/text_table.h"

namespace partwise::internal::test {

/// The terminal columns of the widest line.
inline std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

}  // namespace partwise::internal::test
