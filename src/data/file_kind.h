// Files that hold no text, known by their first bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/advice.h"

namespace partwise::internal {

struct FileKind {
  std::string name;  // "a Parquet file"
  Advice advice;     // how to get rows of text from it
};

/// The kind of file that `bytes` belong to, if it is a known one that does not hold plain text, or a web page. `source`
/// names the file.
std::optional<FileKind> recognise_kind(std::string_view bytes, std::string_view source);

/// Errors: bad_data if `bytes` belong to a known kind of file that does not hold rows as plain text (Parquet, Excel, an
/// archive, a data base, a model, a run, a web page, ...). The error says which kind it is and what to do.
void refuse_other_kinds(std::string_view bytes, std::string_view source);

}  // namespace partwise::internal
