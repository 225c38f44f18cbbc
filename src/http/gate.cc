#include "http/gate.h"

#include <fmt/format.h>

#include <utility>

#include "http/content.h"

namespace partwise::internal::http {

namespace {

/// Refuses what changes how a message is to be read, and is not understood.
std::optional<Refusal> refuse_message(const Incoming& incoming) {
  const std::string_view coding = incoming.request.header("transfer-encoding");
  if (!coding.empty() && lower(coding) != "chunked")
    return Refusal{{400, "invalid_request_error",
                    fmt::format("the transfer encoding {} is not understood", shown(coding)),
                    "use Content-Length, or the transfer encoding chunked"}};
  const std::string_view expected = incoming.request.header("expect");
  if (!expected.empty() && lower(expected) != "100-continue")
    return Refusal{{417, "invalid_request_error", fmt::format("the request expects {}", shown(expected)),
                    "expect nothing, or 100-continue"}};
  return std::nullopt;
}

}  // namespace

Gate::Gate(const ServerOptions& options, std::vector<Route> routes)
    : access_(options), routing_(std::move(routes)), most_body_bytes_(options.most_body_bytes) {}

Decision Gate::decide(const Incoming& incoming) const {
  const Request& request = incoming.request;
  if (auto refusal = refuse_message(incoming)) return *refusal;
  if (auto refusal = refuse_sender(incoming)) return *refusal;
  const std::string methods = routing_.methods(request.path);
  if (request.method == "OPTIONS" && !methods.empty()) return options_of(request, methods);
  const auto found = routing_.find(request);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Route* route = std::get<const Route*>(found);
  if (auto refusal = route->is_open ? std::nullopt : access_.refuse_key(request)) return *refusal;
  if (auto refusal = refuse_content(incoming, most_body_bytes_)) return *refusal;
  return route;
}

std::optional<Refusal> Gate::refuse_sender(const Incoming& incoming) const {
  if (auto refusal = access_.refuse_host(incoming)) return refusal;
  return access_.refuse_origin(incoming.request);
}

Response Gate::options_of(const Request& request, const std::string& methods) const {
  Response response{.status = 204, .content_type = "", .headers = access_.preflight_headers(request, methods)};
  response.headers.emplace_back("Allow", methods);
  return response;
}

}  // namespace partwise::internal::http
