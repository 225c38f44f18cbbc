// Answers of fitted readers to questions.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "serve/question.h"
#include "serve/service.h"

namespace partwise::internal {

/// decide() with Asked::reader.
std::vector<Decision> decide_by_reader(Service& service, const Asked& asked, std::stop_token gone);

/// What heads add to the lead of a label by attending to each source, under these names, and at the end, as "no_head",
/// what is left of the lead. `parts` are of one example, by source.
std::vector<std::pair<std::string, double>> lead_by_source(const Contributions& parts, std::int64_t label,
                                                           const std::vector<std::string>& names);

}  // namespace partwise::internal
