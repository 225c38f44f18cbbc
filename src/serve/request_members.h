// Which members a request may have.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/json_part.h"

namespace partwise::internal {

/// Refuses an object that has a member besides `known`, since it may ask for another answer. Members that change none
/// may be there: "user", "safety_identifier", "metadata", and all that begin with "x_". Errors: bad_data.
void check_request_members(const OrderedJsonPart& object, std::initializer_list<std::string_view> known);

/// Errors: bad_data if "stream" is true. All answers come in one piece.
void refuse_stream(const OrderedJsonPart& body);

}  // namespace partwise::internal
