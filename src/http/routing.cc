#include "http/routing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace partwise::internal::http {

namespace {

Refusal unknown_path(const std::string& path) {
  return {{404, "not_found_error", fmt::format("there is nothing at {}", shown(path)),
           "look at the path, and at the address that the client was given"}};
}

Refusal wrong_method(const Request& request, const std::string& methods) {
  return {{405, "invalid_request_error",
           fmt::format("{} does not answer to {}", shown(request.path), shown(request.method)),
           fmt::format("use one of {}", methods)},
          {{"Allow", methods}}};
}

}  // namespace

std::variant<const Route*, Refusal> Routing::find(const Request& request) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  for (const Route& route : routes_)
    if (route.path == request.path && route.method == method) return &route;
  const std::string others = methods(request.path);
  return others.empty() ? unknown_path(request.path) : wrong_method(request, others);
}

std::string Routing::methods(const std::string& path) const {
  std::vector<std::string> all;
  for (const Route& route : routes_) {
    if (route.path != path) continue;
    all.push_back(route.method);
    if (route.method == "GET") all.emplace_back("HEAD");
  }
  if (!all.empty()) all.emplace_back("OPTIONS");
  return fmt::format("{}", fmt::join(all, ", "));
}

}  // namespace partwise::internal::http
