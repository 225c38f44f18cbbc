// Which version of partwise this is.
#pragma once

#include <string_view>

namespace partwise::internal {

/// "0.1.0", from CMakeLists.txt.
std::string_view version();

}  // namespace partwise::internal
