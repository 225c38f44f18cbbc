#include <numeric>

#include "ops/matrices.h"

namespace partwise::internal::test {
namespace {

/// Lists of 3, 0, 1, 2, 3, 0, ... labels.
std::int64_t n_labels_of(std::int64_t row) { return (3 + row) % 4; }

std::vector<std::int64_t> list_starts(std::int64_t n_rows) {
  std::vector<std::int64_t> first = {0};
  for (std::int64_t row = 0; row < n_rows; ++row) first.push_back(first.back() + n_labels_of(row));
  return first;
}

struct Case {
  std::int64_t n_rows, n_groups, width;
};

std::vector<std::int32_t> random_labels(std::int64_t n, std::int64_t n_rows) {
  Random random(7);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(n));
  for (std::int32_t& label : labels) label = static_cast<std::int32_t>(random.below(n_rows));
  return labels;
}

std::vector<double> read(const Backend& backend, const TestRows& x, const TestRows& r, std::int64_t n_groups,
                         const std::vector<std::int32_t>& labels, const std::vector<std::int64_t>& first) {
  std::vector<double> g(labels.size() * static_cast<std::size_t>(n_groups));
  backend.read_labels(x.view(), r.view(), n_groups, {labels, first}, g);
  return g;
}

TEST(ReadLabels, AgreesWithReference) {
  const auto fast = make_cpu_backend(), oracle = make_reference_backend();
  for (const auto [n_rows, n_groups, width] : {Case{1, 1, 1}, Case{5, 1, 576}, Case{17, 9, 64}, Case{3, 5, 7}}) {
    const TestRows x = random_rows(1, n_rows, n_groups * width, 3), r = random_rows(2, 6, n_groups * width, 1);
    const auto first = list_starts(n_rows);
    const auto labels = random_labels(first.back(), 6);
    const auto g = read(*fast, x, r, n_groups, labels, first), expected = read(*oracle, x, r, n_groups, labels, first);
    // Products of floats are exact in double and below 1. Both sides round a sum of n of them.
    for (std::size_t i = 0; i < g.size(); ++i) EXPECT_NEAR(g[i], expected[i], 2.0 * width * width * 0x1p-53) << i;
  }
}

TEST(ReadLabels, BitsDependOnTheRowAlone) {
  const TestRows x = random_rows(1, 41, 60), r = random_rows(2, 6, 60);
  const auto first = list_starts(x.rows);
  const auto labels = random_labels(first.back(), 6);
  const auto backend = make_cpu_backend(2);
  const auto together = read(*backend, x, r, 3, labels, first);
  EXPECT_EQ(read(*make_cpu_backend(1), x, r, 3, labels, first), together);
  for (std::int64_t e = 0; e < x.rows; ++e) {
    const auto alone = read(*backend, select(x, {e}), r, 3, {labels.begin() + first[e], labels.begin() + first[e + 1]},
                            {0, n_labels_of(e)});
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + first[e] * 3)) << "row " << e;
  }
}

}  // namespace
}  // namespace partwise::internal::test
