#include "readers/probe_fits.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "readers/balance.h"
#include "readers/by_class_fit.h"
#include "readers/linear_fit.h"
#include "readers/newton_cg.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Labels = std::vector<std::int32_t>;

constexpr double kTie = 1e-9;       // losses that differ by less are equal
constexpr double kEnough = 1e-6;    // where newton_cg ends if a fit only judges strengths
constexpr int kChoosingTenths = 9;  // how much of a fit's time goes into the choice of the strength

/// Fits on some of the rows, with features centred and scaled by these alone.
class FitOfKept {
 public:
  /// products [n_rows, n_rows]; labels [n_rows]
  FitOfKept(const MatrixXd& products, const Labels& labels, Index n_labels, PoolRows kept)
      : kept_(std::move(kept)), n_labels_(n_labels), shares_(balanced_shares(labels, kept_, n_labels)) {
    for (Index i : kept_) {
      labels_.push_back(labels[i]);
      row_weights_.push_back(shares_[i] * static_cast<double>(kept_.size()));
    }
    const VectorXd to_mean = products * shares_;
    centred_ = (products.colwise() - to_mean).rowwise() - to_mean.transpose();
    centred_.array() += shares_.dot(to_mean);
    kernel_ = centred_(kept_, kept_);
    mean_diagonal_ = kernel_.diagonal().mean();
  }

  /// Begins where the fit before ended.
  void fit(double strength, double enough, const ProgressFn& progress = {}) {
    scale_ = mean_diagonal_ > 0 ? strength / mean_diagonal_ : 0.0;
    const std::vector<double> offset(kept_.size() * static_cast<std::size_t>(n_labels_));
    const MatrixXd kernel = scale_ * kernel_;
    fit_ = std::ssize(offset) <= kDenseScores
               ? by_class_fit(kernel, offset, labels_, row_weights_, fit_.a)
               : newton_cg(ScoreKernel(kernel, n_labels_), offset, labels_, progress, {row_weights_, fit_.a, enough});
  }

  /// The scores of any row.  [n_labels]
  VectorXd scores(Index row) const { return dual().transpose() * centred_(kept_, row); }

  /// scale A, of the rows that are kept.  [n_kept, n_labels]
  MatrixXd dual() const { return scale_ * Eigen::Map<const RowMajor>(fit_.a.data(), std::ssize(kept_), n_labels_); }
  const VectorXd& shares() const { return shares_; }
  const DualFit& result() const { return fit_; }

 private:
  PoolRows kept_;
  Index n_labels_;
  VectorXd shares_;                  // [n_rows], 0 for those that are left out
  MatrixXd centred_, kernel_;        // [n_rows, n_rows], [n_kept, n_kept]
  Labels labels_;                    // [n_kept]
  std::vector<double> row_weights_;  // [n_kept]
  double mean_diagonal_ = 0, scale_ = 0;
  DualFit fit_;
};

Index number_of_folds(const PoolRows& rows) {
  const Index n = std::ssize(rows);
  return n <= kMostSingly ? n : kTenths;
}

/// Row k is in fold k modulo the number of folds. Rows are sorted by label, so every fold has rows of all of them.
std::pair<PoolRows, PoolRows> kept_and_left(Index n_rows, Index n_folds, Index fold) {
  std::pair<PoolRows, PoolRows> rows;
  for (Index k = 0; k < n_rows; ++k) (k % n_folds == fold ? rows.second : rows.first).push_back(k);
  return rows;
}

/// The rows that choose the strength: some, evenly spaced, so that labels keep their shares; all, if they are not many.
PoolRows rows_that_choose(Index n_rows) {
  PoolRows rows(static_cast<std::size_t>(std::min(n_rows, kMostLeftOut)));
  for (Index k = 0; k < std::ssize(rows); ++k) rows[k] = k * n_rows / std::ssize(rows);
  return rows;
}

/// -log softmax(f)[label]
double loss_of(const Eigen::RowVectorXd& f, Index label) {
  const double largest = f.maxCoeff();
  return std::log((f.array() - largest).exp().sum()) + largest - f[label];
}

/// The mean over labels of the mean loss of their rows. Rows are passed over if their fold has all of their label: a
/// fit cannot know a label that it has not seen.  scores [n_rows, n_labels]
double balanced_loss(const MatrixXd& scores, const Labels& labels, Index n_folds) {
  std::vector<double> sums(static_cast<std::size_t>(scores.cols())), counts(sums.size());
  for (Index i = 0; i < scores.rows(); ++i) {
    bool is_known = false;
    for (Index k = 0; k < scores.rows() && !is_known; ++k)
      is_known = labels[k] == labels[i] && k % n_folds != i % n_folds;
    if (!is_known) continue;
    sums[labels[i]] += loss_of(scores.row(i), labels[i]);
    ++counts[labels[i]];
  }
  double total = 0, n_judged = 0;
  for (std::size_t y = 0; y < sums.size(); ++y)
    if (counts[y] > 0) total += sums[y] / counts[y], ++n_judged;
  return n_judged > 0 ? total / n_judged : 0.0;
}

/// The values of these rows.
Labels at(std::span<const std::int32_t> labels, const PoolRows& rows) {
  Labels some;
  for (Index row : rows) some.push_back(labels[row]);
  return some;
}

PoolRows all_of(std::size_t n_rows) {
  PoolRows rows(n_rows);
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

bool every_label_has_two(std::span<const std::int32_t> labels, Index n_labels) {
  for (Index y = 0; y < n_labels; ++y)
    if (std::ranges::count(labels, y) < 2) return false;
  return true;
}

double best_strength(const std::vector<double>& losses) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < losses.size(); ++k)
    if (losses[k] < losses[best] - kTie) best = k;
  return kStrengths[best];
}

}  // namespace

ProbeFits::ProbeFits(RowProducts products, std::span<const std::int32_t> labels, std::int64_t n_labels,
                     const ProgressFn& progress)
    : products_(std::move(products)), labels_(labels), n_labels_(n_labels), progress_(progress) {}

/// Of each strength, the scores of the rows by fits without them. `asked` are places in `rows`, in ascending order; the
/// scores of others are 0.  [rows.size(), n_labels]
std::vector<MatrixXd> ProbeFits::scores_without(const PoolRows& rows, const PoolRows& asked,
                                                std::span<const double> strengths, double enough) const {
  const Labels labels = at(labels_, rows);
  const Index n_folds = number_of_folds(rows);
  std::vector<MatrixXd> scores(strengths.size(), MatrixXd::Zero(std::ssize(rows), n_labels_));
  for (Index fold = 0; fold < n_folds; ++fold) {
    const auto [kept, left] = kept_and_left(std::ssize(rows), n_folds, fold);
    PoolRows to_score, kept_rows;
    std::ranges::set_intersection(left, asked, std::back_inserter(to_score));
    if (to_score.empty()) continue;
    if (progress_) progress_({kFitStage, kChoosingTenths * fold, 10 * n_folds});
    for (Index k : kept) kept_rows.push_back(rows[k]);
    FitOfKept fit(products_(rows, kept_rows), labels, n_labels_, kept);
    for (std::size_t s = 0; s < strengths.size(); ++s) {
      fit.fit(strengths[s], enough);
      for (Index k : to_score) scores[s].row(k) = fit.scores(k).transpose();
    }
  }
  return scores;
}

std::vector<double> ProbeFits::losses() const {
  const PoolRows rows = rows_that_choose(std::ssize(labels_));
  const Labels labels = at(labels_, rows);
  std::vector<double> losses;
  for (const MatrixXd& scores : scores_without(rows, all_of(rows.size()), kStrengths, kEnough))
    losses.push_back(balanced_loss(scores, labels, number_of_folds(rows)));
  return losses;
}

MatrixXd ProbeFits::left_out_scores(double strength, const PoolRows& asked) const {
  return scores_without(all_of(labels_.size()), asked, {&strength, 1}, kSmallestMiss)[0];
}

ProbeFit ProbeFits::fit() const {
  ProbeFit out;
  if (every_label_has_two(labels_, n_labels_)) out.losses = losses();
  out.strength = out.losses.empty() ? kUsualStrength : best_strength(out.losses);
  const auto tell = [&](const Progress&) { progress_({kFitStage, kChoosingTenths, 10}); };
  const PoolRows all = all_of(labels_.size());
  FitOfKept fit(products_(all, all), at(labels_, all), n_labels_, all);
  fit.fit(out.strength, kSmallestMiss, progress_ ? ProgressFn(tell) : ProgressFn());
  out.shares = fit.shares();
  out.dual = fit.dual();
  out.report = {.updates = fit.result().steps, .objective = fit.result().objective};
  return out;
}

LeftOutRows ProbeFits::left_out(double strength) const {
  const std::vector<PoolRows> parts_out = rows_to_leave_out(labels_);
  PoolRows asked;
  for (const PoolRows& rows : parts_out) asked.insert(asked.end(), rows.begin(), rows.end());
  std::ranges::sort(asked);
  const MatrixXd scores = left_out_scores(strength, asked).transpose();  // [n_labels, n_rows]
  const std::span<const double> all(scores.data(), static_cast<std::size_t>(scores.size()));
  return gathered(all, labels_, parts_out);
}

}  // namespace partwise::internal
