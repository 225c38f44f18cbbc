// The warnings of a study's runs, collected.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "prompts/warning.h"
#include "study/methods.h"

namespace partwise::internal {

/// One kind of trap in the runs of one task.
struct StudyWarning {
  std::string task;
  std::int64_t n_runs = 0, n_all = 0;  // runs of the task that warn of it, and all runs of the task
  Warning warning;                     // what the first of them says
};

/// Sorted by task in the study's order, then by code.
std::vector<StudyWarning> study_warnings(const StudyResults& results);

/// "sst2, 12 of 15 runs", "sst2, all 15 runs"
std::string describe_runs(const StudyWarning& warning);

}  // namespace partwise::internal
