// The tables of a study, as CSV and JSON.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "study/methods.h"

namespace partwise {

/// model, task, template, seed, method, shots, labelled, n, accuracy, macro_f1, nll, ece, brier
std::string methods_csv(const StudyResults& results);
/// model, task, template, seed, component, layer, head (empty for an MLP), n, accuracy, accuracy_low, accuracy_high,
/// label_bias, kind
std::string components_csv(const StudyResults& results);
/// model, from_task, from_template, from_seed, to_task, to_template, to_seed, component, accuracy, best_component,
/// best_accuracy, full_accuracy, chance, n: the best component of one run on the test rows of another.
std::string transfer_csv(const StudyResults& results);

/// study.json: the study, what was left out, what its runs warn of, and the means: methods with differences, parts,
/// transfer between tasks.
OrderedJson study_json(const StudyResults& results);

/// "ICL, 4 shots", "reweight, K = 24", "batch-calibration"; of main runs "ICL, as many shots as the parts' runs".
std::string method_title(const MethodKey& key, const StudyResults& results);

}  // namespace partwise
