// A whole study as one page.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "study/methods.h"

namespace partwise {

/// Summary in words, methods, maps of all parts, a page for each part, transfer: everything in one file that needs no
/// network. Texts of examples are there as far as results.texts has them.
std::string study_html(const StudyResults& results);

/// The page's figures as files: name and standalone SVG.
std::vector<std::pair<std::string, std::string>> study_figures(const StudyResults& results);

}  // namespace partwise
