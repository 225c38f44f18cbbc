#include "jinja/failure.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise::internal::jinja {

void fail(const std::string& message) { throw Error(ErrorCode::bad_data, message); }

void refuse(std::string_view what) { fail(fmt::format("{} is not supported", what)); }

void fail_at(int line, const std::string& message) { fail(fmt::format("line {}: {}", line, message)); }

}  // namespace partwise::internal::jinja
