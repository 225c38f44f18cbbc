// The tables of a study, as CSV and JSON.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "study/methods.h"

namespace partwise::internal {

/// The columns are model, task, template, seed, method, shots, labelled, n, accuracy, macro_f1, nll, ece, brier
std::string methods_csv(const StudyResults& results);
/// The columns are model, task, template, seed, component, layer, head (empty for an MLP), n, accuracy, accuracy_low,
/// accuracy_high, label_bias, kind
std::string components_csv(const StudyResults& results);
/// How the best component of one run does on the test rows of another. The columns are model, from_task, from_template,
/// from_seed, to_task, to_template, to_seed, component, accuracy, best_component, best_accuracy, full_accuracy, chance,
/// n.
std::string transfer_csv(const StudyResults& results);

/// The content of study.json: the study's settings, the means (of methods, parts, and transfer between tasks), the
/// agreement between runs, what was left out, and warnings.
OrderedJson study_json(const StudyResults& results);

/// "Reweight, K = 24", "Batch calibration", "ICL, 4 shots"; "ICL, 3 or 4 shots" if the main runs differ in their shots.
std::string method_title(const MethodKey& key, const StudyResults& results);

}  // namespace partwise::internal
