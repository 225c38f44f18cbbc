#include "analysis/chance_control.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "analysis/answers.h"
#include "base/error.h"
#include "base/random.h"

namespace partwise::internal {

namespace {

constexpr int kShuffles = 200;
constexpr std::uint64_t kSeed = 0;

std::int32_t most_hits(const PartAnswers& answers, const std::vector<std::int32_t>& labels) {
  std::int32_t most = 0;
  for (std::int64_t c = 0; c < answers.n_components(); ++c) {
    const std::span<const std::int32_t> given = answers.of(c);
    std::int32_t hits = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) hits += given[i] == labels[i];
    most = std::max(most, hits);
  }
  return most;
}

}  // namespace

std::vector<double> best_by_chance(const PartAnswers& answers) {
  if (answers.n_rows() == 0) throw Error(ErrorCode::bad_data, "there is no row whose label could be shuffled");
  std::vector<std::int32_t> labels = answers.labels;
  Random random(kSeed);
  std::vector<double> best;
  for (int k = 0; k < kShuffles; ++k) {
    random.shuffle(labels);
    best.push_back(static_cast<double>(most_hits(answers, labels)) / static_cast<double>(labels.size()));
  }
  std::sort(best.begin(), best.end());
  return best;
}

}  // namespace partwise::internal
