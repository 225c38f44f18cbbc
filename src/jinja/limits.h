// What a template may take before it is stopped.
#pragma once

#include <cstdint>

namespace partwise::internal::jinja {

// Of any value, in any template.
inline constexpr std::uint64_t kLongestText = 64u << 20;     // bytes
inline constexpr std::uint64_t kLargestValue = 1u << 30;     // bytes, counted once per place where they occur
inline constexpr int kDeepestValue = 250;                    // levels of lists in lists
inline constexpr std::int64_t kLongestRange = 100'000;       // items, as in jinja2's sandbox
inline constexpr int kDeepestSyntax = 120;                   // levels of expressions and blocks
inline constexpr std::uint64_t kLongestTemplate = 4u << 20;  // bytes

/// Of one rendering.
struct Limits {
  std::int64_t steps = 20'000'000;  // nodes of the template that are computed, and work inside of filters
  std::int64_t bytes = 1ll << 30;   // of all values that are made, whether they are kept or not
  int depth = 400;                  // of nodes within nodes, over all calls of macros
};

}  // namespace partwise::internal::jinja
