// Files that hold no text, known by their first bytes.
#pragma once

#include <string_view>

namespace partwise {

/// Errors: bad_data where `bytes` are those of a known kind of file that is no plain text (Parquet, Excel, an archive,
/// a data base, a page of the web, ...), saying which kind and what to do with it. `source` names the file.
void refuse_other_kinds(std::string_view bytes, std::string_view source);

}  // namespace partwise
