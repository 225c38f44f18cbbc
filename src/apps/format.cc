#include "apps/format.h"

#include <fmt/format.h>

namespace partwise {

std::string format_percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string format_proportion(const Proportion& p) {
  return fmt::format("{:5.1f} %  ({:.1f} to {:.1f})", 100 * p.value, 100 * p.low, 100 * p.high);
}

}  // namespace partwise
