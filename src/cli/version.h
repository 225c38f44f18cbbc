// Which version of the program this is: CMakeLists.txt says.
#pragma once

#include <string_view>

namespace partwise {

inline constexpr std::string_view kVersion = PARTWISE_VERSION;

}  // namespace partwise
