// Readers that were judged on one run, as one page.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "session/judging.h"

namespace partwise::internal {

/// A self-contained page: the readers side by side, and of each reader how its answers fall, how far its probabilities
/// can be trusted, how right its surest answers are, and its wrong answers with the parts that drove them. `readers`
/// must have one. `texts` are those of the run's rows, "" if unknown.  [n_examples]
std::string evaluation_html(const Run& run, std::span<const Judged> readers, const std::vector<std::string>& texts);

}  // namespace partwise::internal
