#include "http/body_budget.h"

namespace partwise::internal::http {

bool BodyBudget::change(std::uint64_t before, std::uint64_t after) {
  const std::lock_guard lock(mutex_);
  if (after > before && after - before > most_ - n_) return false;
  n_ = n_ - before + after;
  return true;
}

bool HeldBytes::set(std::uint64_t n_bytes) {
  if (!budget_.change(n_, n_bytes)) return false;
  n_ = n_bytes;
  return true;
}

}  // namespace partwise::internal::http
