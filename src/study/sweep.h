// A study, run by run: what is done already is kept, so that the same command goes on where it was stopped.
#pragma once

#include "base/listener.h"
#include "session/compute_options.h"
#include "study/methods.h"
#include "study/ranks.h"
#include "study/sweep_setting.h"

namespace partwise {

/// Decomposes and judges what is missing, a unit at a time, those of this rank. Writes
/// OUTPUT/runs/MODEL/STEM.safetensors and STEM.json. Errors: those of decompose(); what the listener throws;
/// interrupted names the unit.
void run_sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute,
               const Listener& listener);

/// Reads the results of all runs. Waits for those of other ranks, however long. Errors: missing_input if a run is
/// missing and there are no other ranks; what the listener throws; those of files.
StudyResults gather_study(const StudySetting& setting, const Ranks& ranks, const Listener& listener);

}  // namespace partwise
