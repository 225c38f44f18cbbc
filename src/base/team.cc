#include "base/team.h"

#include <sched.h>

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace partwise::internal {

namespace {

using Body = std::function<void(int thread)>;

/// A helper looks for work this often before it sleeps: some microseconds, so that a call that follows at once finds it
/// awake, and a busy machine loses nothing.
constexpr int kLooks = 2000;

thread_local bool is_in_team = false;

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Waits until `value` is no longer `old`.
template <class T>
void wait_for_change(const std::atomic<T>& value, T old) {
  for (int i = 0; i < kLooks; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause_briefly();
  }
  value.wait(old, std::memory_order_acquire);
}

/// The helpers of one calling thread.
class Team {
 public:
  Team() = default;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  ~Team() {
    stop_ = true;
    announce();
    for (std::thread& helper : helpers_) helper.join();
  }

  void run(int n_threads, const Body& body) {
    grow(n_threads - 1);
    body_ = &body;
    n_threads_ = n_threads;
    error_ = nullptr;
    state_.store(kOpen, std::memory_order_release);
    announce();
    work(0);
    close();
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static constexpr int kOpen = 1 << 30;  // a bit of state_, whose others count the helpers at work

  /// Fewer helpers than asked for are no fault: the others do their work.
  void grow(int n_helpers) {
    try {
      while (static_cast<int>(helpers_.size()) < n_helpers)
        helpers_.emplace_back([this, thread = static_cast<int>(helpers_.size()) + 1] { help(thread); });
    } catch (const std::system_error&) {
    }
  }

  void announce() {
    call_.fetch_add(1, std::memory_order_release);
    call_.notify_all();
  }

  /// From here on no helper begins; waits for those that have begun.
  void close() {
    int state = state_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
    while (state != 0) {
      wait_for_change(state_, state);
      state = state_.load(std::memory_order_acquire);
    }
  }

  void help(int thread) {
    std::uint32_t seen = 0;
    for (;;) {
      wait_for_change(call_, seen);
      seen = call_.load(std::memory_order_acquire);
      if (stop_) return;
      if (!enter()) continue;
      if (thread < n_threads_) work(thread);
      if (state_.fetch_sub(1, std::memory_order_acq_rel) == 1) state_.notify_one();
    }
  }

  /// False if the call is over.
  bool enter() {
    int state = state_.load(std::memory_order_acquire);
    while ((state & kOpen) != 0)
      if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) return true;
    return false;
  }

  void work(int thread) {
    is_in_team = true;
    try {
      (*body_)(thread);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
    is_in_team = false;
  }

  std::vector<std::thread> helpers_;
  const Body* body_ = nullptr;
  int n_threads_ = 0;
  std::atomic<int> state_ = 0;
  std::atomic<std::uint32_t> call_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace

int available_processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

std::int64_t team_size(std::int64_t n_threads) { return is_in_team ? 1 : n_threads; }

void run_on_team(std::int64_t n_threads, const Body& body) {
  if (team_size(n_threads) == 1) return body(0);
  static thread_local Team team;
  team.run(static_cast<int>(n_threads), body);
}

}  // namespace partwise::internal
