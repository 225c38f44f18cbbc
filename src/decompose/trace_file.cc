#include "decompose/trace_file.h"

#include <algorithm>

#include "decompose/run_file.h"

namespace partwise::internal {

namespace {

/// [n_steps, 2]
Array<std::int32_t> ids_of_steps(const Trace& trace) {
  Array<std::int32_t> ids({trace.n_steps(), 2});
  for (std::int64_t s = 0; s < trace.n_steps(); ++s)
    ids(s, 0) = trace.steps[s].id, ids(s, 1) = trace.steps[s].runner_up;
  return ids;
}

/// [n_steps, 2]
Array<std::int32_t> places_of_steps(const Trace& trace) {
  Array<std::int32_t> places({trace.n_steps(), 2});
  for (std::size_t text = 0; text + 1 < trace.first.size(); ++text)
    for (std::int64_t s = trace.first[text]; s < trace.first[text + 1]; ++s) {
      places(s, 0) = static_cast<std::int32_t>(text);
      places(s, 1) = static_cast<std::int32_t>(s - trace.first[text]);
    }
  return places;
}

Array<float> of_steps(const Trace& trace, double TracedStep::*value) {
  Array<float> values({trace.n_steps()});
  for (std::int64_t s = 0; s < trace.n_steps(); ++s) values(s) = static_cast<float>(trace.steps[s].*value);
  return values;
}

}  // namespace

void write_trace(OutputFile& out, const Run& run, const Trace& trace) {
  MoreTensors more;
  more.integers = {{"step_ids", ids_of_steps(trace)}, {"step_places", places_of_steps(trace)}};
  more.floats = {{"step_log_probs", of_steps(trace, &TracedStep::log_prob)}};
  if (std::ranges::any_of(trace.steps, [](const TracedStep& step) { return step.spread > 0; })) {
    more.floats.emplace_back("step_log_odds", of_steps(trace, &TracedStep::log_odds));
    more.floats.emplace_back("step_spreads", of_steps(trace, &TracedStep::spread));
  }
  write_run(out, run, more);
}

}  // namespace partwise::internal
