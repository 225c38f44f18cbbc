// Answers to the rows of a request, with reasons in words.
#pragma once

#include <memory>
#include <span>
#include <stop_token>

#include "base/json_fwd.h"
#include "serve/service.h"
#include "session/text_rows.h"

namespace partwise::internal {

/// The answer to each row with add_reasons(), or its error (answer_json.h). The reader must split over parts. Passes of
/// the queue cannot weigh heads, so the rows have passes of their own. These are as short as the queue's, and take
/// turns with them. One request at a time has reasons. Sets TextRow::example, which counts the rows of a pass. Errors:
/// those of ReasonFinder; bad_data if the reasons take too much memory; interrupted if `gone` is asked to stop.
OrderedJson reasoned_answers(Service& service, const std::shared_ptr<const ReaderFile>& reader, std::span<TextRow> rows,
                             std::stop_token gone);

}  // namespace partwise::internal
