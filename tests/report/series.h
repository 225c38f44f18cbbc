// Made-up findings about the checkpoints of a series.
#pragma once

#include "session/findings.h"

namespace partwise::internal::test {

/// A usable checkpoint of the hub, and a refused one.
inline SeriesFindings two_checkpoints() {
  SeriesFindings all(2);
  all[0].label = "step0";
  all[0].found.place = {"cache/step0", "org/name@step0", "0123456789abcdef"};
  all[1].label = "step10";
  all[1].found.place = {"step10", "step10", ""};
  all[1].found.refusals.emplace_back(ErrorCode::bad_data, "no config");
  return all;
}

}  // namespace partwise::internal::test
