// The records of CSV text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/lines.h"

namespace partwise::internal {

/// One row of a table before its columns have names.
struct Record {
  std::vector<std::string> cells;
  std::int64_t line = 1;  // the line on which the record begins

  /// Whether every cell is empty or white space.
  bool blank() const {
    return std::ranges::all_of(cells, [](const std::string& cell) { return trim(cell).empty(); });
  }
};

struct CsvRecords {
  std::vector<Record> records;
  char separator = ',';
  bool names_separator = false;  // whether the first line is sep=X
};

/// Returns the records of RFC 4180 that are not blank, the header first. Lines end in "\n" or "\r\n". If the header
/// ends in a lone "\r", a lone "\r" ends a line as well. Errors: bad_data, naming `source`.
CsvRecords parse_csv_records(std::string_view text, std::string_view source);

}  // namespace partwise::internal
