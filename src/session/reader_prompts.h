// What a reader needs of a pass: prompts with labels as those of its run, and what it reads of them.
#pragma once

#include <span>
#include <vector>

#include "decompose/decompose.h"
#include "readers/reader.h"
#include "session/text_rows.h"

namespace partwise::internal {

/// Hidden states and z, if the reader reads them, in the type that it was fitted on.
Stored what_it_reads(const ReaderFile& reader);
/// How labels were scored in the run that it was fitted on.
LabelScore score_of(const ReaderFile& reader);

/// The prompts of the rows that have one, in their order; of several prompt sets (n_sets_read), those of set 1, then
/// those of each other set. Sets TextRow::example, and the error of a row that the reader cannot read: it was fitted on
/// labels of one token each, and learnt from them, but one has several here; or it reads the words of a row's own text,
/// and this is a finished prompt.
std::vector<PromptIds> prompts_for(const ReaderFile& reader, std::span<TextRow> rows);
/// Contributions::words of the rows that have an example, in their order.
Array<std::int32_t> words_of(std::span<const TextRow> rows);
/// Sets the row's error, which calls its prompt "it".
void refuse(TextRow& row, const Error& error);

}  // namespace partwise::internal
