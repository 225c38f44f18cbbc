#include "analysis/learning_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "base/sampling.h"
#include "base/statistics.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kDraws = 5;
constexpr std::int64_t kFirstSize = 6;

void check_size(const FitRows& rows, std::int64_t n) {
  const std::int64_t n_pool = std::ssize(rows.pool);
  if (n > n_pool)
    throw Error(ErrorCode::bad_data, fmt::format("the pool has {} labelled rows, {} are asked for", n_pool, n),
                {"decompose more labelled rows, or ask for fewer", {{Setting::labelled, "", Step::decompose}}});
}

/// How many rows of the pool, its first, are the demonstrations of as many of the prompt sets 2, 3, ... as are less
/// than `n` rows together. A fit without them cannot use their set.
std::int64_t n_shown_by_other_sets(const FitRows& rows, const Run& run, std::int64_t n) {
  const std::vector<std::int32_t>& of = run.parts.demonstration_of;
  std::int64_t n_shown = 0;
  for (std::int32_t set = 2; set <= std::ssize(run.parts.other_sets); ++set) {
    const auto own = std::ranges::count_if(rows.pool, [&](std::int64_t row) { return of[row] == set; });
    if (n_shown + own >= n) break;
    n_shown += own;
  }
  return n_shown;
}

/// Rows that other sets show are drawn first, as in a run with so few labelled rows.
FitRows drawn(const FitRows& rows, const Run& run, std::int64_t n, std::uint64_t seed) {
  const std::int64_t n_kept = n_shown_by_other_sets(rows, run, n);
  FitRows some = rows;
  some.pool.resize(static_cast<std::size_t>(n_kept));
  std::vector<std::int32_t> labels;
  for (std::int64_t k = n_kept; k < std::ssize(rows.pool); ++k) labels.push_back(run.labels[rows.pool[k]]);
  Random random(seed);
  for (std::size_t k : BalancedDraw(labels, run.parts.n_labels(), random).take(n - n_kept))
    some.pool.push_back(rows.pool[static_cast<std::size_t>(n_kept) + k]);
  return some;
}

std::int64_t n_draws(const FitRows& rows, std::int64_t n) { return n == std::ssize(rows.pool) ? 1 : kDraws; }

/// How far all fits of a curve are, counted in rows: the larger a fit, the longer it takes.
class RowsFitted {
 public:
  RowsFitted(const ProgressFn& progress, const FitRows& rows, const std::vector<std::int64_t>& sizes)
      : progress_(progress) {
    for (std::int64_t n : sizes) total_ += n * n_draws(rows, n);
  }

  /// The progress function of the next fit, on n rows.
  ProgressFn next(std::int64_t n) {
    if (!progress_) return {};
    const std::int64_t before = std::exchange(done_, done_ + n);
    return [=, this](const Progress& own) { progress_({own.stage, before + n * own.done / own.total, total_}); };
  }

 private:
  const ProgressFn& progress_;
  std::int64_t done_ = 0, total_ = 0;
};

CurvePoint point(std::string_view kind, const Run& run, const FitRows& rows, std::int64_t n, RowsFitted& fitted) {
  check_size(rows, n);
  CurvePoint result{n, {}};
  const std::int64_t draws = n_draws(rows, n);
  for (std::int64_t seed = 0; seed < draws; ++seed) {
    const FitRows own = draws == 1 ? rows : drawn(rows, run, n, static_cast<std::uint64_t>(seed));
    const auto judged = fit_and_judge(kind, run, own, fitted.next(n), Calibration::off);  // only answers count
    result.accuracies.push_back(judged.evaluation.accuracy.value);
  }
  return result;
}

}  // namespace

FitRows with_pool_size(FitRows rows, std::int64_t n) {
  check_size(rows, n);
  rows.pool.resize(static_cast<std::size_t>(n));
  return rows;
}

double CurvePoint::mean() const { return internal::mean(accuracies); }

std::optional<double> CurvePoint::sd() const { return standard_deviation(accuracies); }

std::vector<std::int64_t> doubling_sizes(std::int64_t n_pool) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t n = kFirstSize; n < n_pool; n *= 2) sizes.push_back(n);
  sizes.push_back(n_pool);
  return sizes;
}

LearningCurve learning_curve(std::string_view kind, const Run& run, std::vector<std::int64_t> sizes,
                             const ProgressFn& progress) {
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  const FitRows rows = fit_rows(run);
  RowsFitted fitted(progress, rows, sizes);
  LearningCurve curve{std::string(kind), {}, {}};
  for (std::int64_t n : sizes) {
    const auto refusal = error_if_refused([&] { curve.points.push_back(point(kind, run, rows, n, fitted)); });
    if (refusal) curve.skipped.push_back({n, refusal->what()});
  }
  if (!curve.points.empty()) return curve;
  throw Error(ErrorCode::bad_data, fmt::format("{} cannot be fitted on any of the sizes: {}", kind,
                                               curve.skipped.empty() ? "there are none" : curve.skipped.back().reason));
}

}  // namespace partwise::internal
