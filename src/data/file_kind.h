// Files that hold no text, known by their first bytes.
#pragma once

#include <string_view>

namespace partwise {

/// Errors: bad_data if `bytes` belong to a known kind of file that does not hold rows as plain text (Parquet, Excel, an
/// archive, a data base, a web page, ...). The error says which kind it is and what to do. `source` names the file.
void refuse_other_kinds(std::string_view bytes, std::string_view source);

}  // namespace partwise
