// Which version of partwise this is.
#pragma once

#include <partwise/export.h>

#include <string>

namespace partwise {

/// "0.1.0": the version of the library that the program is linked with.
PARTWISE_API std::string version();

}  // namespace partwise
