// How many bytes of bodies are in memory.
#pragma once

#include <cstdint>
#include <mutex>

namespace partwise::internal::http {

/// What all bodies together may take. Else many could fill the memory, each within its limit. Several threads may use
/// it at a time.
class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t most_bytes) : most_(most_bytes) {}

 private:
  friend class HeldBytes;
  bool change(std::uint64_t before, std::uint64_t after);

  const std::uint64_t most_;
  std::mutex mutex_;
  std::uint64_t n_ = 0;
};

/// What one body takes of a budget, until the object's end.
class HeldBytes {
 public:
  explicit HeldBytes(BodyBudget& budget) : budget_(budget) {}
  ~HeldBytes() { set(0); }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;

  /// The body takes `n_bytes` from now on. Returns whether there is room; if not, nothing has changed. There is always
  /// room for less than before.
  bool set(std::uint64_t n_bytes);

 private:
  BodyBudget& budget_;
  std::uint64_t n_ = 0;
};

}  // namespace partwise::internal::http
