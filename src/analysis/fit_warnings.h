// What is to be said before a fit: that it cannot be made, or that it cannot mean much.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise {

/// Sentences about the labelled rows `pool` that a reader is to be fitted on, none where all is well: a label with
/// fewer than two rows; parts that all answer with one label (ComponentKind::biased); a full model that the rows cannot
/// tell from chance together with a best part that they cannot tell from luck (best_by_chance).
std::vector<std::string> fit_warnings(const Run& run, const std::vector<std::int64_t>& pool);

/// Errors: bad_data, naming the label word, if the kind learns from the pool and a label has none of its rows.
void check_every_label(std::string_view kind, const Run& run, const FitRows& rows);

}  // namespace partwise
