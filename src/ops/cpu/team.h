// Threads that share out tasks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace partwise::cpu {

/// The numbers below n, each given to one taker.
class Tasks {
 public:
  explicit Tasks(std::int64_t n) : n_(n) {}
  /// The next number, or false when none is left.
  bool take(std::int64_t& i) { return (i = next_++) < n_; }
  void drop_rest() { next_ = n_; }

 private:
  std::int64_t n_;
  std::atomic<std::int64_t> next_ = 0;
};

/// A caller and n_threads - 1 helpers. The caller takes tasks itself and then waits for those that a helper has begun,
/// never for a helper to turn up: on a busy machine a helper that is not running costs nothing. (A parallel region of
/// OpenMP waits for all its threads, whose idle ones keep a core busy: with a few other programs at work on two cores a
/// pass took three times as long.)
class Team {
 public:
  using Work = std::function<void(Tasks&)>;

  explicit Team(int n_threads);
  ~Team();
  int n_threads() const { return static_cast<int>(helpers_.size()) + 1; }

  /// Calls work(tasks) on the caller and on helpers that are free; each takes tasks until none is left. The first
  /// exception is thrown again here. While the helpers are at another caller's work, or at work that calls this, it is
  /// done alone.
  void run(std::int64_t n_tasks, const Work& work);

  /// Calls body(i) for every i below n.
  template <class Body>
  void for_each(std::int64_t n, const Body& body) {
    run(n, [&body](Tasks& tasks) {
      for (std::int64_t i; tasks.take(i);) body(i);
    });
  }

 private:
  struct Job {
    const Work& work;
    Tasks tasks;
    std::mutex error_lock = {};
    std::exception_ptr error = {};

    void take_part();
  };

  void help();

  std::atomic<bool> in_use_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<Job*> job_ = nullptr;
  std::atomic<std::uint32_t> n_jobs_ = 0;    // helpers wait for it to move on
  std::atomic<std::uint32_t> n_inside_ = 0;  // helpers that may be looking at the job
  std::vector<std::jthread> helpers_;
};

}  // namespace partwise::cpu
