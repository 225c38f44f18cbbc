// What a study would do, before it is run.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "prompts/warning.h"
#include "study/sweep_estimate.h"
#include "study/sweep_setting.h"

namespace partwise::internal {

struct PlannedUnit {
  std::string name;
  PassEstimate pass;
};

struct PlannedModel {
  std::string name;
  std::int64_t n_parameters = 0, n_components = 0;
  std::vector<PlannedUnit> units;
  PassEstimate all;  // the sum over units; for memory, the largest
};

struct SweepPlan {
  std::vector<PlannedModel> models;
  double seconds = 0;  // of computing, at the rate of a short pass on this machine
  /// Warnings about each run that need no token ids, with the name of the run's unit.
  std::vector<std::pair<std::string, std::vector<Warning>>> warnings;
};

SweepPlan plan_sweep(const StudySetting& setting, const ComputeOptions& compute);

}  // namespace partwise::internal
