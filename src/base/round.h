// Division that rounds up, and rounding up to a multiple. Numbers are not negative.
#pragma once

namespace partwise::internal {

template <class Int>
constexpr Int divide_up(Int n, Int by) {
  return (n + by - 1) / by;
}

template <class Int>
constexpr Int round_up(Int n, Int multiple) {
  return divide_up(n, multiple) * multiple;
}

}  // namespace partwise::internal
