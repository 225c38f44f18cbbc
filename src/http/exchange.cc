#include "http/exchange.h"

namespace partwise::internal::http {

void Tally::add(std::ptrdiff_t change) {
  const std::lock_guard lock(mutex_);
  n_ += change;
  if (n_ == 0) changed_.notify_all();
}

bool Tally::wait_until_none(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, most, [&] { return n_ == 0; });
}

}  // namespace partwise::internal::http
