// A trace as a run file.
#pragma once

#include "base/file.h"
#include "decompose/trace.h"

namespace partwise::internal {

/// Writes the run of a trace, as write_run does, and what a trace knows besides of each step: `step_ids` (token,
/// runner-up), `step_places` (which text, which of its tokens), `step_log_probs`, and with log-odds `step_log_odds` and
/// `step_spreads`.
void write_trace(OutputFile& out, const Run& run, const Trace& trace);

}  // namespace partwise::internal
