#include "base/version.h"

namespace partwise::internal {

std::string_view version() { return PARTWISE_VERSION; }

}  // namespace partwise::internal
