#include "http/access.h"

#include <fmt/format.h>

#include <algorithm>

namespace partwise::internal::http {

namespace {

constexpr std::string_view kBearer = "bearer ";

std::string host_of(const std::string& text) {
  const std::optional<Authority> authority = parse_authority(text);
  return authority ? authority->host : lower(text);
}

std::string_view key_of(const Request& request) {
  const std::string_view given = request.header("authorization");
  if (!lower(given.substr(0, kBearer.size())).starts_with(kBearer)) return request.header("x-api-key");
  const std::size_t begin = std::min(given.find_first_not_of(' ', kBearer.size()), given.size());
  return given.substr(begin);
}

bool is_same_host(const Authority& origin, std::string_view host_header) {
  std::optional<Authority> host = parse_authority(host_header);
  if (host && (host->port == "80" || host->port == "443")) host->port.clear();
  return host == origin;
}

std::size_t n_hosts(const Request& request) {
  return static_cast<std::size_t>(std::ranges::count(request.headers, "host", &Headers::value_type::first));
}

Refusal bad_host(const std::string& message) {
  return {{400, "invalid_request_error", message, "send one Host header with the server's name"}};
}

}  // namespace

Access::Access(const ServerOptions& options) : keys_(options.keys) {
  hosts_.push_back(host_of(options.host));
  for (const std::string& host : options.allowed_hosts) hosts_.push_back(host_of(host));
  for (const std::string& origin : options.allowed_origins)
    origins_.push_back(lower(origin.ends_with('/') ? origin.substr(0, origin.size() - 1) : origin));
}

std::optional<Refusal> Access::refuse_host(const Incoming& incoming) const {
  const Request& request = incoming.request;
  const std::size_t n = n_hosts(request);
  if (n == 0 && incoming.is_http_1_0) return std::nullopt;
  if (n != 1) return bad_host(fmt::format("the request has {} Host headers", n));
  const std::optional<Authority> host = parse_authority(request.header("host"));
  if (!host) return bad_host(fmt::format("the Host header {} names no host", shown(request.header("host"))));
  if (!keys_.empty() || is_own_host(host->host)) return std::nullopt;
  return Refusal{
      {403, "permission_error",
       fmt::format("the Host header names {}, which is not known as a name of this server", shown(host->host)),
       "use the server's address, or add the name to the server's list of allowed hosts"}};
}

bool Access::is_own_host(const std::string& host) const {
  return is_address(host) || is_this_machine(host) || std::ranges::find(hosts_, host) != hosts_.end();
}

std::optional<Refusal> Access::refuse_origin(const Request& request) const {
  const std::string_view origin = request.header("origin");
  if (origin.empty() || is_allowed_origin(request)) return std::nullopt;
  return Refusal{{403, "permission_error", fmt::format("web pages of {} may not ask this server", shown(origin)),
                  "add the origin to the server's list of allowed origins"}};
}

bool Access::is_allowed_origin(const Request& request) const {
  const std::string given = lower(request.header("origin"));
  const auto is_given = [&](const std::string& allowed) { return allowed == "*" || allowed == given; };
  if (std::ranges::any_of(origins_, is_given)) return true;
  const std::optional<Authority> origin = parse_origin(given);
  return origin && (is_this_machine(origin->host) || is_same_host(*origin, request.header("host")));
}

std::optional<Refusal> Access::refuse_key(const Request& request) const {
  const std::string_view key = key_of(request);
  if (keys_.empty() || keys_.fits(key)) return std::nullopt;
  return Refusal{{401, "authentication_error",
                  key.empty() ? "the request has no key" : "the request's key is not one of the server's",
                  "send \"Authorization: Bearer KEY\" or \"X-Api-Key: KEY\""},
                 {{"WWW-Authenticate", "Bearer"}}};
}

Headers Access::cors_headers(const Request& request) const {
  const std::string_view origin = request.header("origin");
  if (origin.empty() || !is_allowed_origin(request)) return {};
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Access-Control-Expose-Headers", "X-Request-Id, Retry-After, Retry-After-Ms"},
          {"Vary", "Origin"}};
}

Headers Access::preflight_headers(const Request& request, const std::string& methods) const {
  if (request.header("origin").empty() || request.header("access-control-request-method").empty()) return {};
  const std::string_view wanted = request.header("access-control-request-headers");
  return {{"Access-Control-Allow-Methods", methods},
          {"Access-Control-Allow-Headers",
           wanted.empty() ? "Authorization, Content-Type, X-Api-Key, X-Request-Id" : std::string(wanted)},
          {"Access-Control-Max-Age", "7200"}};
}

}  // namespace partwise::internal::http
