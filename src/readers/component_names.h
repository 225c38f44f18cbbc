// Components by name, in reader files.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_fwd.h"
#include "readers/reader.h"

namespace partwise::internal {

/// Index of the component that a file names. Errors: bad_data, naming the field.
std::int64_t component_named(const Json& name, const std::string& field, const ReaderShape& shape);

}  // namespace partwise::internal
