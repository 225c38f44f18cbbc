#include "analysis/early_decoding.h"

#include <algorithm>

#include "base/error.h"

namespace partwise::internal {

namespace {

/// The sum of one row's parts so far, and whether it answers the row correctly.
class RowSum {
 public:
  RowSum(const Run& run, std::int64_t row)
      : run_(run), row_(row), sum_(static_cast<std::size_t>(run.parts.n_labels())) {
    outside_components(run.parts, row, sum_);
  }
  void add(const float* g) {
    for (std::size_t y = 0; y < sum_.size(); ++y) sum_[y] += double{g[y]};
  }
  bool is_right() const { return std::max_element(sum_.begin(), sum_.end()) - sum_.begin() == run_.labels[row_]; }

 private:
  const Run& run_;
  std::int64_t row_;
  std::vector<double> sum_;  // [n_labels]
};

}  // namespace

std::vector<Depth> early_decoding(const Run& run, const std::vector<std::int64_t>& rows) {
  if (rows.empty()) throw no_label_error(run);
  const Contributions& parts = run.parts;
  std::vector<std::int64_t> hits(static_cast<std::size_t>(1 + 2 * parts.n_layers()));
  for (std::int64_t row : rows) {
    RowSum sum(run, row);
    hits[0] += sum.is_right();
    for (std::int64_t l = 0; l < parts.n_layers(); ++l) {
      for (std::int64_t h = 0; h < parts.n_heads(); ++h) sum.add(&parts.heads(row, l, h, 0));
      hits[1 + 2 * l] += sum.is_right();
      sum.add(&parts.mlps(row, l, 0));
      hits[2 + 2 * l] += sum.is_right();
    }
  }
  std::vector<Depth> depths;
  for (std::int64_t i = 0; i < std::ssize(hits); ++i)
    depths.push_back({(i + 1) / 2 - 1, i % 2 == 0 && i > 0, wilson(hits[i], std::ssize(rows))});
  return depths;
}

}  // namespace partwise::internal
