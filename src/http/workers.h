// Threads that answer requests.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace partwise::internal::http {

/// Threads that wait for tasks. Each is made when there is no other for a task. A task must not throw.
class Workers {
 public:
  /// Errors: std::system_error if not even one thread can be made.
  explicit Workers(std::size_t most_threads);
  ~Workers() { finish(); }

  void add(std::function<void()> task);
  /// Waits until all tasks are done, and ends the threads. None may be added afterwards.
  void finish();

 private:
  void add_thread();
  void work();

  const std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::size_t n_idle_ = 0;
  bool is_finishing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace partwise::internal::http
