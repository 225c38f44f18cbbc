// Callers that come one after the other.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <stop_token>

namespace partwise::internal {

/// Lets one caller at a time go on, in the order in which they came. A mutex may let one of them wait forever.
class Turns {
 public:
  /// A caller's turn, from when it comes to when the object ends.
  class Turn {
   public:
    /// Waits for the callers before. Errors: interrupted if `stop` is asked to stop before the turn has come.
    explicit Turn(Turns& turns, std::stop_token stop = {});
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
    std::list<std::uint8_t>::iterator place_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<std::uint8_t> callers_;  // one item each; the first has its turn
};

}  // namespace partwise::internal
