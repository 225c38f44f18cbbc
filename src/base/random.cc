#include "base/random.h"

#include <limits>

#include "base/error.h"

namespace partwise::internal {

std::uint64_t Random::below(std::uint64_t n) {
  check_internal(n > 0, "Random::below needs n > 0");
  // The first 2^64 mod n values would make small results likelier: draw again.
  const std::uint64_t surplus = (std::numeric_limits<std::uint64_t>::max() % n + 1) % n;
  std::uint64_t draw = engine_();
  while (draw < surplus) draw = engine_();
  return draw % n;
}

double Random::uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

}  // namespace partwise::internal
