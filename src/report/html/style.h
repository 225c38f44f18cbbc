// The styles of the page.
#pragma once

#include <string_view>

namespace partwise::internal {

/// CSS for light and dark mode, as the reader's system asks, and for print. Colour-blind readers can tell the colours
/// of the kinds apart, and each kind has its own shape.
extern const std::string_view kReportStyle;

}  // namespace partwise::internal
