#include "base/version.h"

namespace partwise {

std::string_view version() { return PARTWISE_VERSION; }

}  // namespace partwise
