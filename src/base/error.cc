#include "base/error.h"

namespace partwise {

Error::Error(ErrorCode code, const std::string& message, std::string hint)
    : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

Error::~Error() = default;  // here, so that there is one vtable and one type info for all who catch it

}  // namespace partwise
