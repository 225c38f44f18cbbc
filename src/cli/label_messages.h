// What `label` says of its work.
#pragma once

#include <string>

#include "cli/console.h"
#include "labelling/labelled_table.h"
#include "labelling/teaching.h"
#include "prompts/prompts.h"

namespace partwise::internal {

/// A prompt that does not show its own row. There is one.
const Prompt& example_prompt(const PromptSet& set);

/// Notes how many rows teach and, of a task that was made, the prompt.
void announce_teaching(const Console& console, const Teaching& teaching, const PromptSet& prompts);

/// "96 rows answered, 4 left blank: they cannot hold --precision 0.9; written to out.csv".
std::string labelled_summary(const LabelledTable& done, const std::string& output);

/// What --json prints: expected_json and answers_json as one object.
OrderedJson labelled_json(const Expected& expected, const LabelledTable& done);

}  // namespace partwise::internal
