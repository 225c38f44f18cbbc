// A whole study as one page.
#pragma once

#include <string>

#include "study/methods.h"

namespace partwise::internal {

/// A self-contained page: a summary in words, methods, maps of all parts, a page for each part, and transfer. It shows
/// those texts of examples that results.texts has.
std::string study_html(const StudyResults& results);

}  // namespace partwise::internal
