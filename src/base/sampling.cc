#include "base/sampling.h"

#include <algorithm>
#include <functional>

#include "base/error.h"

namespace partwise::internal {

BalancedDraw::BalancedDraw(const std::vector<std::int32_t>& labels, std::int64_t n_labels, Random& random)
    : by_label_(static_cast<std::size_t>(n_labels)), random_(random) {
  for (std::size_t row = 0; row < labels.size(); ++row) by_label_[static_cast<std::size_t>(labels[row])].push_back(row);
  for (auto& rows : by_label_) random_.shuffle(rows);
}

std::vector<std::size_t> BalancedDraw::take(std::int64_t n) {
  std::vector<std::size_t> taken;
  while (static_cast<std::int64_t>(taken.size()) < n) {
    if (turns_.empty()) start_round();
    auto& rows = by_label_[turns_.back()];
    turns_.pop_back();
    taken.push_back(rows.back());
    rows.pop_back();
  }
  return taken;
}

void BalancedDraw::start_round() {
  for (std::size_t y = 0; y < by_label_.size(); ++y) {
    if (!by_label_[y].empty()) turns_.push_back(y);
  }
  check_internal(!turns_.empty(), "more rows are drawn than there are");
  random_.shuffle(turns_);
}

void shuffle_demonstrations(std::vector<std::size_t>& rows, const std::vector<std::int32_t>& labels, Random& random) {
  const auto same_label = [&](std::size_t a, std::size_t b) { return labels[a] == labels[b]; };
  const bool can_differ = std::adjacent_find(rows.begin(), rows.end(), std::not_fn(same_label)) != rows.end();
  do random.shuffle(rows);
  while (can_differ && same_label(rows.end()[-1], rows.end()[-2]));
}

}  // namespace partwise::internal
