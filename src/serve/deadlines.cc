#include "serve/deadlines.h"

namespace partwise::internal {

Deadlines::Deadlines(std::chrono::milliseconds most) : most_(most) {
  if (most_.count() > 0) thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

Deadlines::~Deadlines() = default;

Deadlines::Work::Work(Deadlines& deadlines, std::stop_token gone)
    : deadlines_(deadlines),
      gone_(std::move(gone)),
      forward_(gone_, Forward{&source_}),
      ticket_(deadlines_.add(source_)) {}

Deadlines::Work::~Work() { deadlines_.remove(ticket_); }

std::uint64_t Deadlines::add(const std::stop_source& source) {
  const std::lock_guard lock(mutex_);
  if (most_.count() > 0) waiting_.emplace(next_, std::pair(Clock::now() + most_, source));
  changed_.notify_one();
  return next_++;
}

void Deadlines::remove(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(ticket);
}

/// A source is asked without the lock: what it calls may end work.
void Deadlines::watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (waiting_.empty()) {
      changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
      continue;
    }
    const auto [time, source] = waiting_.begin()->second;
    if (Clock::now() < time) {
      changed_.wait_until(lock, stop, time, [] { return false; });
      continue;
    }
    waiting_.erase(waiting_.begin());
    lock.unlock();
    std::stop_source late = source;
    late.request_stop();
    lock.lock();
  }
}

}  // namespace partwise::internal
