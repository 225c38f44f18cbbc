// The answers to the rows of a table that have no label.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/listener.h"
#include "labelling/journal.h"
#include "labelling/table.h"
#include "prompts/too_long.h"
#include "readers/reader.h"
#include "session/session.h"

namespace partwise::internal {

/// The stage that answer_rows names in its reports of progress. They count rows, in thousandths.
inline constexpr std::string_view kAnswerStage = "labelling";

/// Tells what answers depend on: the reader and its prompts, every row's text, and what becomes of rows that are too
/// long.
std::string answers_key(const ReaderFile& reader, const Table& table, TooLong too_long);

/// Answers those of `rows`, rows of the table, that the journal has no answer to. A row that cannot be answered gets
/// its error. Errors: those of decompose_rows and of Journal.
void answer_rows(const Session& session, const ReaderFile& reader, const Table& table,
                 const std::vector<std::size_t>& rows, TooLong too_long, Journal& journal, const Listener& listener);

}  // namespace partwise::internal
