// Warnings before a fit: that it cannot be made, or that it cannot mean much.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decompose/contributions.h"
#include "readers/reader.h"

namespace partwise::internal {

/// Sentences about `pool`, the labelled rows that a reader is to be fitted on. They warn if a label has fewer than two
/// rows; if every part is biased to one label (ComponentKind::biased); and if the rows can tell neither the full model
/// from chance nor the best part from luck (best_by_chance). Empty if all is well.
std::vector<std::string> fit_warnings(const Run& run, const std::vector<std::int64_t>& pool);

/// Errors: bad_data, naming the label word, if the kind learns from the pool and a label has fewer rows there than the
/// kind needs (ReaderKind::rows_per_label). An empty pool is the reader's own error.
void check_every_label(std::string_view kind, const Run& run, const FitRows& rows);

}  // namespace partwise::internal
