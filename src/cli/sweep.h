// A study, run by run: what is done already is kept, so that the same command goes on where it was stopped.
#pragma once

#include "cli/console.h"
#include "cli/options.h"
#include "cli/ranks.h"
#include "cli/sweep_setting.h"

namespace partwise {

/// Decomposes and judges what is missing, a unit at a time, those of this rank; writes
/// OUTPUT/runs/MODEL/STEM.safetensors and STEM.json. Errors: those of decompose(); interrupted, naming the unit.
void run_sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute, const Console& console);

/// Prints what run_sweep would do, and about how long it would take.
void plan_sweep(const StudySetting& setting, const ComputeOptions& compute, Console& console);

/// Reads what all runs came to and writes methods.csv, components.csv, transfer.csv, study.json and report.html.
/// Waits for what other ranks are at, however long. Errors: missing_input where a run is missing and there are no
/// other ranks; bad_data where every run was left out; interrupted; those of files.
void write_study(const StudySetting& setting, const Ranks& ranks, const Console& console);

}  // namespace partwise
