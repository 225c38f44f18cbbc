// Who answers a request, and when it is refused because others are being answered.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/exchange.h"
#include "http/gate.h"
#include "http/workers.h"

namespace partwise::internal::http {

/// For a server that answers no new request.
Refusal draining();

class Answering {
 public:
  using Failures = std::function<Response(const std::string& path, const Failure& failure)>;
  using Done = std::function<void()>;

  /// The options must outlive the object.
  Answering(const ServerOptions& options, std::vector<Route> routes, Failures failures);

  /// On the request's header.
  Decision decide(const Incoming& incoming) const;
  /// Puts an answer into the exchange and calls `done`: at once, or later on another thread, which calls it again if it
  /// throws.
  void answer(const std::shared_ptr<Exchange>& exchange, const Done& done);
  /// A refusal as the clients of the path read it. It does not throw.
  Response refuse(const std::string& path, const Refusal& refusal) const;
  const Access& access() const { return gate_.access(); }

  std::size_t n_waiting() const { return n_waiting_; }
  void drain() { is_draining_ = true; }
  bool is_draining() const { return is_draining_; }
  /// Waits until all tasks are done.
  void finish() { workers_.finish(); }

 private:
  std::optional<Refusal> refuse_now() const;
  bool hand_over(const std::shared_ptr<Exchange>& exchange, const Done& done);
  Response run(Exchange& exchange) const;
  Response refuse_exception(const std::string& path) const;

  const ServerOptions& options_;
  Gate gate_;
  Failures failures_;
  std::atomic<std::size_t> n_waiting_ = 0;
  std::atomic<bool> is_draining_ = false;
  Workers workers_;
};

}  // namespace partwise::internal::http
