// One line for each request that was answered.
#pragma once

#include <string>

#include "http/server.h"

namespace partwise::internal {

/// "2026-11-30T18:06:16Z 200 POST /v1/systemone 31 ms 512 bytes 127.0.0.1:50412 3f2a..."
std::string request_line(const http::Answered& answered, std::int64_t seconds_since_1970);
/// {"time", "status", "method", "path", "seconds", "bytes", "client", "id"}
std::string request_json(const http::Answered& answered, std::int64_t seconds_since_1970);

}  // namespace partwise::internal
