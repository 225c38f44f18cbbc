// How work that takes long tells its caller how far it is, and how the caller stops it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace partwise {

struct Progress {
  std::string_view stage;  // a word or two: "decomposing"
  std::int64_t done = 0;   // units of work finished
  std::int64_t total = 0;  // units of work in all
};

/// Called on the caller's thread, often. If it returns false, the work stops and throws Error(interrupted). What it
/// throws itself also stops the work, and reaches the caller. An empty function means that nobody listens.
using ProgressFn = std::function<bool(const Progress&)>;

}  // namespace partwise
