// Tables with a header line: CSV and TSV.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/data.h"

namespace partwise {

/// RFC 4180: commas, cells in double quotes may hold commas, line ends and doubled quotes. A quote inside an unquoted
/// cell is an ordinary character. Semicolons separate where the header has some and no comma, and what a first line
/// `sep=X` names. Columns without a name are no fields (DataRow::unnamed), and rows of empty cells are left out.
/// `source` names the text in errors. Errors: bad_data.
DataFile parse_csv_table(std::string_view text, std::string_view source);
/// Its rows alone.
std::vector<DataRow> parse_csv(std::string_view text, std::string_view source);

/// Every tab separates, every line end ends a row, and quotes are ordinary characters. Errors: bad_data.
DataFile parse_tsv_table(std::string_view text, std::string_view source);
/// Its rows alone.
std::vector<DataRow> parse_tsv(std::string_view text, std::string_view source);

/// What to say of cells that look as if quotes had been meant as CSV's ("..." with "" in it); "" where there are none.
std::string note_of_quotes(const std::vector<DataRow>& rows, std::string_view source);

}  // namespace partwise
