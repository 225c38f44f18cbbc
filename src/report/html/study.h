// A whole study as one page.
#pragma once

#include <string>

#include "study/methods.h"

namespace partwise {

/// Summary in words, methods, maps of all parts, a page for each part, transfer: everything in one file that needs no
/// network. Texts of examples are there as far as results.texts has them.
std::string study_html(const StudyResults& results);

}  // namespace partwise
