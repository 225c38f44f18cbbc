// What is known of a model before it is run, as JSON.
#pragma once

#include "base/json_fwd.h"
#include "session/findings.h"

namespace partwise {

OrderedJson findings_json(const Findings& found);

}  // namespace partwise
