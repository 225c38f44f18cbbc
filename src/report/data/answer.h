// A row that was classified, as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_fwd.h"
#include "readers/reader.h"
#include "session/text_rows.h"

namespace partwise {

/// {"id", "label", "probabilities": {WORD: ...}, "explains", "parts": [{"name", "contribution"}], "other_parts",
/// "outside", "lead", "sum_error", "cut"}; "id" if the row has one, "cut" if the row was cut. `example` is the row's
/// place in `parts`.
OrderedJson answer_json(const ReaderFile& reader, const TextRow& row, const Contributions& parts, std::int64_t example);
/// {"id", "error", "hint"} in the place of a row that has an error. `hint` is what to do, in the caller's words; it is
/// left out if it is empty.
OrderedJson error_json(const TextRow& row, const std::string& hint);

}  // namespace partwise
