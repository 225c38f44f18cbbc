// The sections of a study's page, as HTML.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "study/methods.h"

namespace partwise::internal {

/// The main results in a few sentences.
std::string study_lead(const StudyResults& results, const std::vector<MethodSummary>& summaries);

/// Mean accuracy and its standard deviation over runs: one row per method, one column per task.
std::string accuracy_table(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                           const std::string& model);
/// Means over all tasks: accuracy, difference, macro F1, log loss, calibration error, Brier score.
std::string measures_table(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                           const std::string& model);
/// How the best part of each task does on the other tasks.
std::string transfer_table(const StudyResults& results, const std::string& model);
/// Correlation of part accuracies and overlap of the best five across seeds, templates and tasks.
std::string agreement_table(const ModelResults& model);
/// What was left out or cut, and why; "" if nothing was.
std::string left_out_list(const StudyResults& results);

/// The data that study_page.js shows for each part: accuracies by run, confusion, examples with their texts.
OrderedJson part_pages_json(const StudyResults& results);

}  // namespace partwise::internal
