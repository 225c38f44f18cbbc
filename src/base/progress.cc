#include "base/progress.h"

namespace partwise::internal {

ProgressFn pass_of(const ProgressFn& whole, std::int64_t i, std::int64_t n) {
  if (!whole) return {};
  return [=](const Progress& pass) {
    whole({pass.stage, i * pass.total + pass.done, n * pass.total, pass.units_per_token});
  };
}

}  // namespace partwise::internal
