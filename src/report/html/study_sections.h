// The sections of a study's page, as HTML.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "study/methods.h"

namespace partwise {

/// What it comes to, in a few sentences.
std::string study_lead(const StudyResults& results, const std::vector<MethodSummary>& summaries);

/// A row for each method, a column for each task: mean accuracy and its standard deviation over runs.
std::string accuracy_table(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                           const std::string& model);
/// Over all tasks: accuracy, difference, macro F1, log loss, calibration error, Brier score.
std::string measures_table(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                           const std::string& model);
/// The best part of one task on the others.
std::string transfer_table(const StudyResults& results, const std::string& model);
/// Correlation of part accuracies and overlap of the best five across seeds, templates and tasks.
std::string agreement_table(const ModelResults& model);
/// What could not be had, and why; "" where nothing is missing.
std::string left_out_list(const StudyResults& results);

/// What study_page.js shows of each part: accuracies by run, confusion, examples with their texts.
OrderedJson part_pages_json(const StudyResults& results);

}  // namespace partwise
