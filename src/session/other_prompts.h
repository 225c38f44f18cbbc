// A reader file beside a run that was made from other prompts than the run that it was fitted on.
#pragma once

#include <string>

#include "decompose/run_info.h"

namespace partwise::internal {

/// How the prompts of two runs were made differently: "task 'reviews', here 'news'; seed 1, here 2". Compares task,
/// template, chat template, number of demonstrations, the demonstrations or their seed, and the wording. Rows may
/// differ, also those of a prompt file: a reader is there for new rows. "" if nothing differs, or if one of them says
/// nothing of its prompts.
std::string other_prompts(const RunInfo& fitted_on, const RunInfo& here);

}  // namespace partwise::internal
