// How the page looks.
#pragma once

#include <string_view>

namespace partwise {

/// CSS, light and dark after the reader's system, and for print. The kinds' colours differ for colour-blind eyes too,
/// and each kind has a shape of its own.
extern const std::string_view kReportStyle;

}  // namespace partwise
