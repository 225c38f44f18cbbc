#include "base/turns.h"

#include <utility>

#include "base/error.h"

namespace partwise::internal {

Turns::Turn::Turn(Turns& turns, std::stop_token stop) : turns_(turns) {
  std::unique_lock lock(turns_.mutex_);
  place_ = turns_.callers_.insert(turns_.callers_.end(), 0);
  if (turns_.changed_.wait(lock, std::move(stop), [&] { return place_ == turns_.callers_.begin(); })) return;
  turns_.callers_.erase(place_);
  throw Error(ErrorCode::interrupted, "nobody waits for this any more");
}

Turns::Turn::~Turn() {
  const std::lock_guard lock(turns_.mutex_);
  turns_.callers_.erase(place_);
  turns_.changed_.notify_all();
}

}  // namespace partwise::internal
