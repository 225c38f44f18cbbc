// How work that takes long tells its caller how far it is, and how the caller stops it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace partwise::internal {

struct Progress {
  std::string_view stage;            // a word or two: "decomposing"
  std::int64_t done;                 // units of work finished
  std::int64_t total;                // units of work in all
  std::int64_t units_per_token = 0;  // 0: the work has no tokens
};

/// Called on the caller's thread, often. May throw (`Error(interrupted)` to stop): the work
/// unwinds and leaves nothing behind. An empty function means that nobody listens.
using ProgressFn = std::function<void(const Progress&)>;

/// Reports progress of pass `i` of `n` passes over the same work as progress of all passes. Empty if `whole` is empty.
ProgressFn pass_of(const ProgressFn& whole, std::int64_t i, std::int64_t n);

}  // namespace partwise::internal
