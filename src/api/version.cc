#include "base/version.h"

#include <partwise/version.h>

namespace partwise {

std::string version() { return std::string(internal::version()); }

}  // namespace partwise
