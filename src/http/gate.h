// What is decided on a request's header, before its body is read.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "http/access.h"
#include "http/incoming.h"
#include "http/routing.h"
#include "http/server.h"

namespace partwise::internal::http {

/// The route that is to answer, the server's own answer, or a refusal.
using Decision = std::variant<const Route*, Response, Refusal>;

class Gate {
 public:
  Gate(const ServerOptions& options, std::vector<Route> routes);

  /// Depends on the header alone.
  Decision decide(const Incoming& incoming) const;
  const Access& access() const { return access_; }

 private:
  std::optional<Refusal> refuse_sender(const Incoming& incoming) const;
  Response options_of(const Request& request, const std::string& methods) const;

  Access access_;
  Routing routing_;
  std::uint64_t most_body_bytes_;
};

}  // namespace partwise::internal::http
