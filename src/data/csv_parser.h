// The records of CSV text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/lines.h"

namespace partwise {

/// One row of a table before its columns have names.
struct Record {
  std::vector<std::string> cells;
  std::int64_t line = 1;  // on which it begins

  /// Nothing but white space and separators.
  bool blank() const {
    return std::ranges::all_of(cells, [](const std::string& cell) { return trim(cell).empty(); });
  }
};

/// Records of RFC 4180 that are not blank, the header first. Lines end as the header does: where that is a lone "\r",
/// each
/// "\r" and "\n" ends one. Errors: bad_data, naming `source`.
std::vector<Record> parse_csv_records(std::string_view text, std::string_view source);

}  // namespace partwise
