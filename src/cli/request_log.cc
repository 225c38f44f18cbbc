#include "cli/request_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "base/json.h"
#include "cli/console.h"

namespace partwise::internal {

namespace {

std::string time_text(std::int64_t seconds) { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds)); }

/// What a client sent, without what would act on a terminal or look like another line.
std::string printable(std::string text) {
  for (char& c : text)
    if (c <= ' ' || c == '\x7f') c = '?';
  return text;
}

}  // namespace

std::string request_line(const http::Answered& answered, std::int64_t seconds) {
  const http::Request& request = answered.request;
  return fmt::format("{} {} {} {} {:.0f} ms {} bytes {} {}", time_text(seconds), answered.status,
                     printable(request.method), printable(request.path), 1000 * answered.seconds, answered.n_bytes,
                     request.client, request.id);
}

std::string request_json(const http::Answered& answered, std::int64_t seconds) {
  const http::Request& request = answered.request;
  return json_line({{"time", time_text(seconds)},
                    {"status", answered.status},
                    {"method", request.method},
                    {"path", request.path},
                    {"seconds", answered.seconds},
                    {"bytes", answered.n_bytes},
                    {"client", request.client},
                    {"id", request.id}});
}

}  // namespace partwise::internal
