// Runs a study. Finished runs are kept, so that the same command goes on from where it was stopped.
#pragma once

#include "base/listener.h"
#include "session/compute_options.h"
#include "study/methods.h"
#include "study/ranks.h"
#include "study/sweep_setting.h"

namespace partwise::internal {

/// Decomposes and judges the runs of this rank that are missing, one unit at a time. Writes
/// OUTPUT/runs/MODEL/STEM.safetensors and STEM.json. Errors: those of decompose(); what the listener throws. The error
/// `interrupted` names the unit.
void run_sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute,
               const Listener& listener);

/// Reads the results of all runs. Waits for those of other ranks, however long it takes. Errors: missing_input if a run
/// is missing and there are no other ranks; what the listener throws; those of files.
StudyResults gather_study(const StudySetting& setting, const Ranks& ranks, const Listener& listener);

}  // namespace partwise::internal
