// Work on OpenMP threads without touching the host program's OpenMP settings.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>

namespace partwise::cpu {

/// How many of n_threads can work: inside another team only the calling thread.
inline std::int64_t team_size(std::int64_t n_threads) { return omp_in_parallel() ? 1 : n_threads; }

/// Runs body(thread, n_threads) on a team of threads; inside another team on the calling thread alone. The first
/// exception is thrown again here.
template <class Body>
void on_team(std::int64_t n_threads, const Body& body) {
  if (team_size(n_threads) == 1) return body(0, 1);
  const int team = static_cast<int>(n_threads);
  std::exception_ptr error;
#pragma omp parallel num_threads(team)
  try {
    body(omp_get_thread_num(), omp_get_num_threads());
  } catch (...) {
#pragma omp critical(partwise_on_team)
    if (!error) error = std::current_exception();
  }
  if (error) std::rethrow_exception(error);
}

/// Runs body(first, last) on the threads' shares of [0, n), equal and in order.
template <class Body>
void split(std::int64_t n_threads, std::int64_t n, const Body& body) {
  on_team(std::clamp<std::int64_t>(n, 1, n_threads),
          [&](std::int64_t thread, std::int64_t team) { body(n * thread / team, n * (thread + 1) / team); });
}

/// Runs body(i, thread) for all i in [0, n), each on the first free thread, so nobody waits for a thread that the
/// system has suspended. After an exception no further i is begun.
template <class Body>
void share_out(std::int64_t n_threads, std::int64_t n, const Body& body) {
  std::atomic<std::int64_t> next = 0;
  on_team(std::clamp<std::int64_t>(n, 1, n_threads), [&](int thread, int) {
    try {
      for (std::int64_t i = next++; i < n; i = next++) body(i, thread);
    } catch (...) {
      next = n;
      throw;
    }
  });
}

}  // namespace partwise::cpu
