// A request and its answer, under way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <utility>

#include "http/body_budget.h"
#include "http/incoming.h"
#include "http/server.h"

namespace partwise::internal::http {

/// Counts what is under way, for those who wait until nothing is.
class Tally {
 public:
  void add(std::ptrdiff_t change);
  /// Whether it was none within `most`.
  bool wait_until_none(std::chrono::milliseconds most);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::ptrdiff_t n_ = 0;
};

/// From the end of a request's header to the end of its answer.
class Exchange {
 public:
  Exchange(Incoming received, Tally& tally, BodyBudget& bodies)
      : incoming(std::move(received)), held(bodies), tally_(tally) {
    tally_.add(1);
  }
  ~Exchange() { tally_.add(-1); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Request& request() { return incoming.request; }

  Incoming incoming;
  HeldBytes held;  // by its body
  const Route* route = nullptr;
  Response response;      // of the route, when it has answered
  std::stop_source stop;  // its client is gone, or the server stops
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  int status = kGone;  // of the answer
  std::size_t n_bytes = 0;

 private:
  Tally& tally_;
};

}  // namespace partwise::internal::http
