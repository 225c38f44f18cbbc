// Guards loops in tests against missing items: a loop without items would test nothing.
#pragma once

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>

namespace partwise::internal::test {

/// The items that a test loops over. Throws if there are fewer than `n`, so that a test whose items have gone missing
/// fails instead of passing.
template <class Items>
Items at_least(std::size_t n, Items items) {
  if (std::size(items) < n)
    throw std::runtime_error("a test loops over " + std::to_string(std::size(items)) + " items, where at least " +
                             std::to_string(n) + " should be");
  return items;
}

}  // namespace partwise::internal::test
