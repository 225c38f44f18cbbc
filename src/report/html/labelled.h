// A labelled table, as one page.
#pragma once

#include <string>
#include <vector>

#include "decompose/run_info.h"
#include "labelling/labelled_table.h"
#include "labelling/table.h"

namespace partwise::internal {

/// What the page is about.
struct LabelledPage {
  const Table& table;
  const Expected& expected;
  const std::vector<std::string>& choices;  // as in CrossValidation
  const LabelledTable& done;
  const RunInfo& info;        // of the reader that is used
  const std::string& prompt;  // of a labelled row
  const std::string& task;    // the task that was made, as YAML; "" if it was given
};

/// A self-contained page: the accuracy to expect and how it was found, how far the probabilities can be trusted,
/// labels that may be wrong, the answers, rows to label next, and the prompt.
std::string labelled_html(const LabelledPage& page);

}  // namespace partwise::internal
