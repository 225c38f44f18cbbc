// Work on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>

namespace partwise::internal {

/// How many processors the process may use.
int available_processors();

/// How many threads work if `n_threads` are asked for: 1 inside a team's work, else all of them.
std::int64_t team_size(std::int64_t n_threads);

/// Calls body(0) on the calling thread, and meanwhile body(1) to body(n_threads - 1) on helpers. `body` must take its
/// work from a shared counter until none is left: a helper that the system does not let run comes late, and then again
/// or not at all, and nobody waits for it. Each calling thread has helpers of its own, which sleep between two calls.
/// Inside a team's work only the calling thread works. Errors: the first exception of `body`.
void run_on_team(std::int64_t n_threads, const std::function<void(int thread)>& body);

/// Runs body(i, thread) for all i in [0, n), each on the first thread that is free. After an exception none is begun.
template <class Body>
void share_out(std::int64_t n_threads, std::int64_t n, const Body& body) {
  std::atomic<std::int64_t> next = 0;
  run_on_team(std::clamp<std::int64_t>(n, 1, n_threads), [&](int thread) {
    try {
      for (std::int64_t i = next++; i < n; i = next++) body(i, thread);
    } catch (...) {
      next = n;
      throw;
    }
  });
}

/// Runs body(first, last) on parts of [0, n), one for each thread, of equal size and in order.
template <class Body>
void split(std::int64_t n_threads, std::int64_t n, const Body& body) {
  const std::int64_t n_parts = std::clamp<std::int64_t>(n, 1, team_size(n_threads));
  share_out(n_parts, n_parts, [&](std::int64_t i, int) { body(n * i / n_parts, n * (i + 1) / n_parts); });
}

}  // namespace partwise::internal
