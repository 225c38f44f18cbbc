// The texts of OpenAI's decisions: what is asked about, and what is asked.
#pragma once

#include <string>

#include "base/json_part.h"

namespace partwise::internal {

/// A text, or a list of parts: "input_text" as it is, "input_json" as JSON, each on a line of its own. Errors:
/// bad_data, also for images.
std::string read_parts(const OrderedJsonPart& content);

/// A text, or a list of messages and of calls of tools. A single message of a user is its text alone. Of several items,
/// each begins with who says it, "user: ", and a blank line lies between them; calls of tools, and what came of them,
/// are shown as JSON. Errors: bad_data.
std::string read_input(const OrderedJsonPart& input);

}  // namespace partwise::internal
