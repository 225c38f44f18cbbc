// Rows of a labelled table with what was said of them, as HTML.
#pragma once

#include <span>
#include <string>

#include "labelling/labelled_table.h"
#include "labelling/table.h"
#include "prompts/prompts.h"

namespace partwise::internal {

/// What the tables of rows read: the user's table, what was said, and how a row's text is shown in prompts.
struct ShownRows {
  const Table& table;
  const LabelledTable& done;
  const PromptRecipe& recipe;
};

/// Each of these is a note and a table of at most 100 rows: number in the user's table (from 1), text, answer,
/// probability, second choice, reasons if there are any. The surest wrong answers to held-out rows come first, with the
/// label that the table gives.
std::string wrong_held_out_rows(const ShownRows& rows);
/// The least sure answers come first. Answers that are left blank say so.
std::string least_sure_rows(const ShownRows& rows);
/// The rows to label next, in order of their numbers. "" if none are asked for.
std::string rows_to_label(const ShownRows& rows);
/// The rows that could not be answered, with their errors. "" if there are none.
std::string failed_rows(const ShownRows& rows);

}  // namespace partwise::internal
