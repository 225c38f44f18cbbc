// Which route a request means.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "http/incoming.h"
#include "http/server.h"

namespace partwise::internal::http {

class Routing {
 public:
  explicit Routing(std::vector<Route> routes) : routes_(std::move(routes)) {}

  /// HEAD means the route of GET. Refuses what has no route.
  std::variant<const Route*, Refusal> find(const Request& request) const;
  /// The path's methods, with those that the server itself answers to: "GET, HEAD, OPTIONS". Empty: there is no such
  /// path.
  std::string methods(const std::string& path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace partwise::internal::http
