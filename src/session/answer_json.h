// The answer to a row of `classify`, as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_fwd.h"
#include "readers/explain.h"
#include "readers/reader.h"
#include "session/reasons.h"
#include "session/text_rows.h"

namespace partwise::internal {

/// Adds {"explains", "parts": [{"name", "contribution"}], "other_parts", "outside", "lead", "sum_error"};
/// {"explains": "nothing"} if there is no explanation.
void add_explanation(OrderedJson& json, const Explanation& why);

/// Adds {"reasons": {"words": [{"word", "contribution"}], "demonstrations": [{"set", "number", "label",
/// "contribution"}], "prompt", "mlps", "outside", "sum_error"}}; nothing if there is no explanation.
void add_reasons(OrderedJson& json, const Reasons& reasons);

/// {"id", "label", "probabilities": {WORD: ...}, "explains", "parts": [{"name", "contribution"}], "other_parts",
/// "outside", "lead", "sum_error", "cut"}, with the explanation as above. "id" is there if the row has one, "cut" if
/// the row was cut. `example` is the index of the row in `parts`.
OrderedJson answer_json(const ReaderFile& reader, const TextRow& row, const Contributions& parts, std::int64_t example);
/// {"id", "error", "hint"}: stands in for the answer to a row that has an error. `hint` says what to do, in the
/// caller's words; an empty hint is left out.
OrderedJson error_json(const TextRow& row, const std::string& hint);

}  // namespace partwise::internal
