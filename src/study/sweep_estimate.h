// Estimates what a study will take, before it is run.
#pragma once

#include <cstdint>
#include <vector>

#include "session/session.h"
#include "study/sweep_setting.h"

namespace partwise::internal {

struct PassEstimate {
  std::int64_t n_runs = 0, n_prompts = 0;
  std::int64_t n_prompt_tokens = 0, n_computed_tokens = 0;
  double flops = 0;
  std::int64_t memory = 0;        // bytes that the process will hold, approximately
  std::int64_t stored_bytes = 0;  // of the run files
};

/// Estimates the pass over the unit's `jobs`. It does not make the tokens of every prompt, only those of each
/// demonstration block and of each test row by itself. Rows of the pool and prompts without content count as average
/// test rows.
PassEstimate estimate_pass(const StudySetting& setting, const StudyUnit& unit, const std::vector<PromptedJob>& jobs,
                           const Session& session);

/// Flops per second on this machine, measured by a short pass over the job's first prompts that fit into the model's
/// context; 0 if none fits.
double measure_rate(const PromptedJob& job, const Session& session);

}  // namespace partwise::internal
