// The figures of a study, as SVG.
#pragma once

#include <string>
#include <vector>

#include "study/methods.h"

namespace partwise {

/// "+5", "0", "-10"
std::string signed_number(long value);

/// A place of the page: "#model/L5H3", the model percent-encoded.
std::string part_link(const std::string& model, const std::string& part);

/// Layer by head: accuracy of every part on one task, the mean over runs, from chance to `reach` above or below it.
std::string study_map(const ModelResults& model, const std::string& task, double reach);
/// The largest distance of a mean accuracy from chance, over all tasks of a model: one scale for all its maps.
double map_reach(const StudyResults& results, const ModelResults& model);

/// Accuracy against label bias: a mark for each part, means over runs and tasks of what it has beyond chance.
std::string study_scatter(const ModelResults& model);

/// What every method has beyond icl with the most demonstrations, over all tasks, with its interval.
std::string difference_chart(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                             const std::string& model);

}  // namespace partwise
