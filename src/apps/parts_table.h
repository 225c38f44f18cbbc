// Parts of the model in tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/console.h"
#include "experiment/analysis.h"

namespace partwise {

/// A heading and a line for each of `components` (indices into the analysis): name, accuracy with its interval, kind,
/// and how often it answers with each label.
void print_parts(Console& console, std::string_view heading, const Analysis& analysis,
                 const std::vector<std::int64_t>& components, const std::vector<std::string>& label_words);

/// "270 heads and 30 MLPs: 12 good, 5 bad, 180 biased, 103 plain"
std::string count_kinds(const Analysis& analysis);

}  // namespace partwise
