// Counts what a rendering takes. One rendering per thread counts at a time.
#pragma once

#include <cstdint>

#include "jinja/limits.h"

namespace partwise::internal::jinja {

class Budget {
 public:
  /// Counting begins for this thread, and ends with the object.
  explicit Budget(const Limits& limits);
  ~Budget();
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // Counted for the thread's rendering; without one, nothing happens. Errors: bad_data past the limit.
  static void count_steps(std::int64_t n);
  static void count_bytes(std::uint64_t n);

 private:
  Budget* outer_;
  Limits limits_;
  std::int64_t steps_ = 0, bytes_ = 0;
};

}  // namespace partwise::internal::jinja
