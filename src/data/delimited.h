// Tables with a header line: CSV and TSV.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/data.h"

namespace partwise::internal {

/// Parses CSV (RFC 4180). Commas separate cells. Cells in double quotes may hold commas, line ends and doubled quotes.
/// A quote inside an unquoted cell is an ordinary character. If the header has semicolons and no comma outside quotes,
/// semicolons separate. A first line `sep=X` sets the separator. Columns without a name go to DataRow::unnamed, not to
/// the fields. Rows of empty cells are left out. `source` names the text in errors. Errors: bad_data.
DataFile parse_csv_table(std::string_view text, std::string_view source);
/// Only the rows of parse_csv_table.
std::vector<DataRow> parse_csv(std::string_view text, std::string_view source);

/// Parses TSV. Every tab separates cells, every line end ends a row, and quotes are ordinary characters. Errors:
/// bad_data.
DataFile parse_tsv_table(std::string_view text, std::string_view source);
/// Only the rows of parse_tsv_table.
std::vector<DataRow> parse_tsv(std::string_view text, std::string_view source);

/// A note about cells that look like CSV's quoted cells ("..." with "" inside); "" if there are none.
std::string note_of_quotes(const std::vector<DataRow>& rows, std::string_view source);

}  // namespace partwise::internal
