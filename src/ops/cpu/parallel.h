// Work on OpenMP threads without touching the host program's OpenMP settings.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <exception>

namespace partwise::cpu {

/// Runs body(thread, n_threads) on a team of threads, on which library calls inside the body stay:
/// oneDNN then multiplies on the calling thread alone. The first exception is thrown again here.
template <class Body>
void on_team(std::int64_t n_threads, const Body& body) {
  std::exception_ptr error;
#pragma omp parallel num_threads(static_cast <int>(n_threads))
  {
    omp_set_num_threads(1);  // the setting belongs to this thread's part of the team and ends with it
    try {
      body(omp_get_thread_num(), omp_get_num_threads());
    } catch (...) {
#pragma omp critical(partwise_on_team)
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

/// Runs body(first, last) on the threads' shares of [0, n), equal and in order.
template <class Body>
void split(std::int64_t n_threads, std::int64_t n, const Body& body) {
  on_team(std::clamp<std::int64_t>(n, 1, n_threads),
          [&](std::int64_t thread, std::int64_t team) { body(n * thread / team, n * (thread + 1) / team); });
}

}  // namespace partwise::cpu
