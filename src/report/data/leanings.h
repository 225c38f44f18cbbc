// The parts that a fitted reader leans on, as JSON.
#pragma once

#include "base/json_fwd.h"
#include "readers/reader.h"

namespace partwise::internal {

/// [{"part", "label", "weight"}], the same as in the reader file.
OrderedJson leanings_json(const ReaderFile& file);

}  // namespace partwise::internal
