// Who may ask: keys, the names that a request may use for this server, and the web pages that may send one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/address.h"
#include "http/incoming.h"
#include "http/keys.h"
#include "http/server.h"

namespace partwise::internal::http {

class Access {
 public:
  explicit Access(const ServerOptions& options);

  /// Refuses a request under a foreign name. A web page may have its own name lead to this machine (DNS rebinding), and
  /// would read the answers as its own. It knows no key, so names are not checked if there are keys.
  std::optional<Refusal> refuse_host(const Incoming& incoming) const;
  /// Refuses requests of web pages from elsewhere. Programs send no Origin.
  std::optional<Refusal> refuse_origin(const Request& request) const;
  std::optional<Refusal> refuse_key(const Request& request) const;

  /// Let the web page that sent the request read the answer; empty for a page that may not, and for programs.
  Headers cors_headers(const Request& request) const;
  /// The same for a page that asks before it sends a request. `methods`: "GET, HEAD".
  Headers preflight_headers(const Request& request, const std::string& methods) const;

 private:
  bool is_own_host(const std::string& host) const;
  bool is_allowed_origin(const Request& request) const;

  Keys keys_;
  std::vector<std::string> hosts_, origins_;
};

}  // namespace partwise::internal::http
