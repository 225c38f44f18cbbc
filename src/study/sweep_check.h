// Checks, before a study begins, for what would stop it half-way.
#pragma once

#include "study/sweep_setting.h"

namespace partwise::internal {

/// Makes the tokens of one prompt for every model, task and template. Errors: bad_data, naming all of these whose label
/// words cannot be used.
void check_label_words(const StudySetting& setting);

/// Errors: bad_data, naming all tasks that have no test row with a label.
void check_test_labels(const StudySetting& setting);

}  // namespace partwise::internal
