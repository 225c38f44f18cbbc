// A server whose routes do what tests need.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"
#include "http/server.h"

namespace partwise::internal::test {

/// What the server said of a request.
struct Seen {
  std::string method, path, id, client;
  int status;
  std::size_t n_bytes;
  double seconds;
};

/// Routes: GET /quick and /open (needs no key) are answered at once. POST /echo answers with the body, /quick-echo at
/// once, /hold when `release` is called or the client is gone. GET /big answers with kBigBytes. POST /throw throws what
/// the body names: "error", "memory", "number". Failures are "TYPE|MESSAGE|HINT".
class TestServer {
 public:
  explicit TestServer(http::ServerOptions options = {});
  ~TestServer();

  Client client() const { return Client(server().port()); }
  std::uint16_t port() const { return server().port(); }
  http::Server& server() const { return *server_; }
  /// Ends the server.
  void end() { server_.reset(); }

  void release();         // all requests to /hold, now and later
  int n_stopped() const;  // requests to /hold that were asked to stop
  std::vector<Seen> seen() const;
  /// Waits until `n` requests have been answered, or lost.
  std::vector<Seen> seen(std::size_t n) const;

 private:
  std::vector<http::Route> routes();
  http::Response hold(std::stop_token gone);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_released_ = false;
  int n_stopped_ = 0;
  std::vector<Seen> seen_;
  std::unique_ptr<http::Server> server_;
};

inline constexpr std::size_t kBigBytes = 32'000'000;

/// Whether `condition` becomes true within `most`.
template <class Condition>
bool comes_true(Condition&& condition, std::chrono::milliseconds most = kLong) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace partwise::internal::test
