// The figures of a study, as SVG.
#pragma once

#include <string>
#include <vector>

#include "study/methods.h"

namespace partwise::internal {

/// "+5", "0", "-10"
std::string signed_number(long value);

/// A link to a part within the page: "#model/L5H3", with the model percent-encoded.
std::string part_link(const std::string& model, const std::string& part);

/// Accuracy of every part on one task by layer and head: means over runs. Colours are full at `reach` from chance.
std::string study_map(const ModelResults& model, const std::string& task, double reach);
/// The largest distance of a mean accuracy from chance over all tasks of a model, so that its maps share one scale.
double map_reach(const StudyResults& results, const ModelResults& model);

/// Accuracy minus chance against label bias: one mark per part, means over runs and tasks.
std::string study_scatter(const ModelResults& model);

/// Accuracy of every method minus that of icl with the most demonstrations, over all tasks, with its interval. "" if no
/// method of `model` has such a difference.
std::string difference_chart(const StudyResults& results, const std::vector<MethodSummary>& summaries,
                             const std::string& model);

}  // namespace partwise::internal
