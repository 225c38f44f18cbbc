// What the files of a model say about it, as JSON.
#pragma once

#include "base/json_fwd.h"
#include "session/findings.h"

namespace partwise::internal {

OrderedJson findings_json(const Findings& found);

}  // namespace partwise::internal
