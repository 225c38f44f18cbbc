// What would stop a study half-way, said before it begins.
#pragma once

#include "study/sweep_setting.h"

namespace partwise {

/// Makes the tokens of one prompt of every model, task and template. Errors: bad_data naming all whose label words
/// cannot be used.
void check_label_words(const StudySetting& setting);

}  // namespace partwise
