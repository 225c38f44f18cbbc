// Texts to classify that a request holds, and what the parts add in them.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/json_part.h"
#include "serve/service.h"
#include "session/text_rows.h"

namespace partwise::internal {

/// The most texts of a request.
inline constexpr std::size_t kMostTexts = 2048;

/// The texts of a request: one, a list of texts, or a list of objects, as rows of the reader. An object holds the
/// columns of the reader's task, or a finished prompt (TextRows::make). An error of one row alone is stored in it.
/// Errors: bad_data, and those of TextRows.
std::vector<TextRow> request_rows(const ReaderFile& reader, const OrderedJsonPart& input, const LoadedModel& loaded);

/// What the reader reads of the rows that have a prompt, of all its prompt sets, at TextRow::example, in passes that
/// may be shared. Sets the error of a row whose prompt fails. Errors: those of PassQueue::ask.
std::vector<PassResult> read_rows(Service& service, const ReaderFile& reader, std::span<TextRow> rows,
                                  std::stop_token gone);

/// The tokens of a row's prompts, of all sets that the reader reads.
std::int64_t count_tokens(const TextRow& row);
/// The tokens of the prompts that were read.
std::int64_t count_tokens(std::span<const TextRow> rows);

}  // namespace partwise::internal
