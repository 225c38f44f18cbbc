// How long work tells its caller how far it is, and how the caller stops it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace partwise {

struct Progress {
  std::string_view stage;  // a word or two: "decomposing"
  std::int64_t done;       // units of work finished
  std::int64_t total;      // units of work in all
};

/// Called on the caller's thread, often. May throw (`Error(interrupted)` to stop): the work
/// unwinds and leaves nothing behind. An empty function means that nobody listens.
using ProgressFn = std::function<void(const Progress&)>;

}  // namespace partwise
