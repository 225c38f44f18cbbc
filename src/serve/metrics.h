// What a server counts, for Prometheus.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "serve/pass_queue.h"

namespace partwise::internal {

/// Several threads may call at a time.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  /// A request to a route, or to "other" for a path that has none.
  void count_request(const std::string& route, int status, double seconds);
  void count_pass(const PassFigures& pass);
  /// How long a caller's prompts took in a queue and their passes, in seconds.
  void count_wait(double seconds);
  /// In Prometheus' text format. `in_flight` and `waiting` are the numbers of requests and of prompts now.
  std::string text(std::size_t in_flight, std::size_t waiting) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace partwise::internal
