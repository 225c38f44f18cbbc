// Stops work that takes too long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace partwise::internal {

/// One thread that asks work to stop when its time is over. Several threads may call at a time.
class Deadlines {
 public:
  /// Zero: work may take any time.
  explicit Deadlines(std::chrono::milliseconds most);
  ~Deadlines();

  /// Work between its beginning and its end. Its token is asked to stop at the deadline, or if `gone` is.
  class Work {
   public:
    Work(Deadlines& deadlines, std::stop_token gone);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    /// Whether the deadline has passed while somebody still waits.
    bool is_late() const { return source_.stop_requested() && !gone_.stop_requested(); }

   private:
    struct Forward {
      std::stop_source* to;
      void operator()() const { to->request_stop(); }
    };

    Deadlines& deadlines_;
    std::stop_token gone_;
    std::stop_source source_;
    std::stop_callback<Forward> forward_;
    std::uint64_t ticket_;
  };

 private:
  using Clock = std::chrono::steady_clock;
  std::uint64_t add(const std::stop_source& source);
  void remove(std::uint64_t ticket);
  void watch(const std::stop_token& stop);

  std::chrono::milliseconds most_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  /// Tickets ascend, and so do the times: all work may take equally long.
  std::map<std::uint64_t, std::pair<Clock::time_point, std::stop_source>> waiting_;
  std::uint64_t next_ = 0;
  std::jthread thread_;
};

}  // namespace partwise::internal
