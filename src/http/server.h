// A server: it listens, reads requests within limits, finds their route, and writes what the route answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "http/message.h"

namespace partwise::internal::http {

/// Who answers to a method and a path.
struct Route {
  std::string method, path;
  /// `gone` is asked to stop if the client goes away, or if the server stops: nobody waits for the answer any more.
  /// What it throws becomes a failure with the status 500.
  std::function<Response(const Request& request, std::stop_token gone)> answer;
  bool is_open = false;   // it needs no key
  bool is_quick = false;  // it is answered at once: it does not wait, and counts for no limit
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, or a name that has one
  std::uint16_t port = 0;          // 0: a free one
  std::size_t most_waiting = 64;   // requests that are being answered; a further one gets 429
  std::size_t most_connections = 2048;
  std::uint64_t most_body_bytes = 16'000'000;  // as sent, and unpacked; all bodies together: 16 times as much
  std::uint32_t most_header_bytes = 16'384;
  std::chrono::milliseconds idle{30'000};  // within which a request's header must have come, from its first wait on
  std::chrono::milliseconds transfer{120'000};  // within which its body must have come, and its answer have gone
  std::vector<std::string> keys;                // if there are any, a request needs one of them
  std::vector<std::string> allowed_origins;     // of web pages, besides those of this machine; "*": all
  std::vector<std::string> allowed_hosts;       // names for this server, besides `host` and those of this machine
  std::string certificate_file, key_file;       // PEM; both or neither: TLS
};

/// What other servers log as the status of a request whose client did not wait.
inline constexpr int kGone = 499;

/// What happened to a request.
struct Answered {
  const Request& request;
  int status;           // of the answer; kGone if its client went away before it had all of it
  std::size_t n_bytes;  // of the answer's body
  double seconds;       // from the end of its header to the end of its answer
};

class Server {
 public:
  /// Listens at once, and answers on threads of its own. `failures` writes failures of the server itself, and what
  /// routes throw, as an answer to a request for `path`. `on_answered` may be empty; it is called on any thread, but
  /// one call at a time. Errors: usage if the address cannot be listened at or is no address, missing_input or bad_data
  /// for the files of TLS.
  Server(const ServerOptions& options, std::vector<Route> routes,
         std::function<Response(const std::string& path, const Failure& failure)> failures,
         std::function<void(const Answered&)> on_answered);
  /// Stops without waiting for answers.
  ~Server();

  std::uint16_t port() const;
  /// "http://127.0.0.1:9931", with the host's address as it was given.
  std::string url() const;
  /// Requests that are being answered, without quick ones.
  std::size_t n_waiting() const;

  /// From now on no connection is accepted, and every answer ends its connection. Waits until all requests that came
  /// before are answered, at most `most`. Returns whether they were. The rest are asked to stop, and have two seconds
  /// more to be answered.
  bool drain(std::chrono::milliseconds most);
  bool is_draining() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace partwise::internal::http
