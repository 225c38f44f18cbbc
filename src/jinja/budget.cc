#include "jinja/budget.h"

#include <fmt/format.h>

#include "base/text.h"
#include "jinja/failure.h"

namespace partwise::internal::jinja {

namespace {

thread_local Budget* current = nullptr;
constexpr std::uint64_t kBytesPerStep = 256;

}  // namespace

Budget::Budget(const Limits& limits) : outer_(current), limits_(limits) { current = this; }

Budget::~Budget() { current = outer_; }

void Budget::count_steps(std::int64_t n) {
  if (current == nullptr) return;
  current->steps_ += n;
  if (current->steps_ > current->limits_.steps)
    fail(fmt::format("the template takes more than {} steps", format_count(current->limits_.steps)));
}

void Budget::count_bytes(std::uint64_t n) {
  if (current == nullptr) return;
  current->bytes_ += static_cast<std::int64_t>(n);
  if (current->bytes_ > current->limits_.bytes) {
    fail(fmt::format("the values of the template take more than {}",
                     format_bytes(static_cast<std::uint64_t>(current->limits_.bytes))));
  }
  count_steps(static_cast<std::int64_t>(n / kBytesPerStep));
}

}  // namespace partwise::internal::jinja
