#include "analysis/chance_control.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace partwise {

namespace {

constexpr int kShuffles = 200;
constexpr std::uint64_t kSeed = 0;

// [n_components, n_rows]
std::vector<std::int32_t> predictions(const Contributions& parts, const std::vector<std::int64_t>& rows) {
  std::vector<std::int32_t> predicted;
  for (std::int64_t c = 0; c < parts.n_components(); ++c) {
    for (std::int64_t i : rows) {
      predicted.push_back(static_cast<std::int32_t>(answer_of(component_logits(parts, i, c), parts.n_labels())));
    }
  }
  return predicted;
}

std::int32_t most_hits(const std::vector<std::int32_t>& predicted, const std::vector<std::int32_t>& labels) {
  std::int32_t most = 0;
  for (std::size_t from = 0; from < predicted.size(); from += labels.size()) {
    std::int32_t hits = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) hits += predicted[from + i] == labels[i];
    most = std::max(most, hits);
  }
  return most;
}

}  // namespace

std::vector<double> best_by_chance(const Run& run, const std::vector<std::int64_t>& rows) {
  if (rows.empty()) throw Error(ErrorCode::bad_data, "there is no row whose label could be shuffled");
  const std::vector<std::int32_t> predicted = predictions(run.parts, rows);
  std::vector<std::int32_t> labels;
  for (std::int64_t i : rows) labels.push_back(run.labels[i]);
  Random random(kSeed);
  std::vector<double> best;
  for (int k = 0; k < kShuffles; ++k) {
    random.shuffle(labels);
    best.push_back(static_cast<double>(most_hits(predicted, labels)) / static_cast<double>(rows.size()));
  }
  std::sort(best.begin(), best.end());
  return best;
}

double percentile(const std::vector<double>& ascending, double share) {
  const double rank = std::ceil(share * static_cast<double>(ascending.size()));
  return ascending[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace partwise
