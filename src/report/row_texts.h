// The texts of a run's rows. A run holds no texts, but hashes of their words, by which they are found among rows of
// data.
#pragma once

#include <string>
#include <vector>

#include "data/data.h"
#include "decompose/contributions.h"
#include "prompts/prompts.h"

namespace partwise::internal {

/// What prompts of this kind show of a row: its columns, and what the template writes between them. "" if no prompt can
/// be made of the row.
std::string shown_text(const PromptRecipe& recipe, const DataRow& row);

/// What the run's prompts show of each row of `rows` that has the same words as a row of the run: its columns, and what
/// the template writes between them. Rows without words, and rows whose words no row has, get "".  [n_examples]
/// Errors: bad_data if the run does not know how rows become prompts, or which words its rows have; if a column is
/// missing.
std::vector<std::string> row_texts(const Run& run, const std::vector<DataRow>& rows);

/// The same for the test rows that come with the run's task, if it is built in and they are compiled in. Otherwise, or
/// if the run is of other rows, all texts are "".
std::vector<std::string> builtin_row_texts(const Run& run);

}  // namespace partwise::internal
