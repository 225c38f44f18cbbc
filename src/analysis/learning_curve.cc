#include "analysis/learning_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/fit_and_judge.h"
#include "base/error.h"
#include "base/sampling.h"
#include "base/statistics.h"
#include "readers/shown_in.h"

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

  /// That of fits which are not counted: it only lets them be stopped.
  ProgressFn rest() {
    if (!progress_) return {};
    return [this](const Progress& own) { progress_({own.stage, total_, total_}); };
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

/// The run as if its prompts were those of set `number` alone.
Run of_set(const Run& run, std::int64_t number) {
  Run one{prompt_set(run.parts, number), run.labels, run.split, run.info, run.stored_type, run.label_ids};
  one.parts.other_sets.clear();
  one.parts.demonstration_of.clear();
  one.parts.words = run.parts.words;
  return one;
}

/// The labelled rows that set `number` does not show, as the pool; at most `n`, the first ones.
FitRows rows_of_set(const Run& run, const FitRows& rows, std::int64_t number, std::int64_t n) {
  FitRows own = rows;
  own.demonstrations.clear();
  own.pool.clear();
  for (const auto* some : {&rows.demonstrations, &rows.pool})
    std::ranges::copy_if(*some, std::back_inserter(own.pool),
                         [&](std::int64_t row) { return shown_in(run.parts, row) != number; });
  own.pool.resize(std::min(own.pool.size(), static_cast<std::size_t>(n)));
  return own;
}

/// Adds CurvePoint::by_block, if there are several blocks.
void add_blocks(LearningCurve& curve, const Run& run, const FitRows& rows, const ProgressFn& progress) {
  const auto n_blocks = std::ssize(run.parts.other_sets);
  if (n_blocks < 2) return;
  for (std::int64_t set = 1; set <= n_blocks; ++set) {
    const Run one = of_set(run, set);
    for (CurvePoint& point : curve.points) {
      const FitRows own = rows_of_set(run, rows, set, point.pool_size);
      error_if_refused([&] {
        const auto judged = fit_and_judge(curve.reader, one, own, progress, Calibration::off);
        point.by_block.push_back(judged.evaluation.accuracy.value);
      });
    }
  }
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
  add_blocks(curve, run, rows, fitted.rest());
  if (!curve.points.empty()) return curve;
  throw Error(ErrorCode::bad_data, fmt::format("{} cannot be fitted on any of the sizes: {}", kind,
                                               curve.skipped.empty() ? "there are none" : curve.skipped.back().reason));
}

}  // namespace partwise::internal
