#include "readers/part_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/json.h"
#include "base/statistics.h"
#include "readers/add_rows.h"
#include "readers/balance.h"
#include "readers/part_kernel.h"
#include "readers/refits.h"
#include "readers/state.h"
#include "readers/training.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kSizePower = 0.75;  // 0 would leave parts as they are, 1 would make all the same size
constexpr double kSizeFloor = 0.1;   // this share of the median size is added, so that tiny parts are not blown up

/// row_of(row) for all rows of the pool, one after the other.  [n_rows, n]
template <class RowOf>
std::vector<double> stacked(const LabelledRows& pool, const RowOf& row_of) {
  std::vector<double> rows;
  for (std::int64_t example : pool.rows) {
    const auto row = row_of(example);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

}  // namespace

std::vector<double> inverse_scales(const std::vector<double>& sizes) {
  const double floor = kSizeFloor * median(sizes);
  std::vector<double> inverse(sizes.size());
  std::transform(sizes.begin(), sizes.end(), inverse.begin(),
                 [&](double r) { return r + floor > 0 ? std::pow(r + floor, -kSizePower) : 0.0; });
  return inverse;
}

std::span<const float> hidden_of(const Contributions& parts, std::int64_t example, std::size_t d_model) {
  const Array<float>& hidden = parts.hidden;
  if (hidden.empty()) {
    throw Error(ErrorCode::bad_data, "the reader reads the final hidden state, and the run does not hold it",
                {"make the run with the final hidden states stored", {{Setting::store, "hidden", Step::decompose}}});
  }
  if (d_model != 0 && static_cast<std::size_t>(hidden.dim(1)) != d_model) {
    throw Error(ErrorCode::bad_data, "the reader was fitted on hidden states of width " + std::to_string(d_model) +
                                         "; the run has " + std::to_string(hidden.dim(1)));
  }
  return {&hidden(example, 0), static_cast<std::size_t>(hidden.dim(1))};
}

/// Measures the pool: the means that are subtracted from every row, and the sizes of the parts.
void PartWeights::measure(const FitInput& input) {
  shape_ = reader_shape(input.parts);
  const LabelledRows& pool = input.pool;
  const auto balanced = [&](const auto& row_of) { return balanced_mean(stacked(pool, row_of), pool.labels); };
  const std::vector<double> zero(static_cast<std::size_t>(shape_.n_labels));
  offset_ = balanced([&](std::int64_t row) { return centred(&input.parts.logits(row, 0), zero); });
  means_.clear();
  sizes_.clear();
  hidden_mean_.clear();
  for (std::int64_t c = 0; c < shape_.n_components(); ++c) {
    const auto mu = balanced([&](std::int64_t row) { return centred(component_logits(input.parts, row, c), zero); });
    means_.insert(means_.end(), mu.begin(), mu.end());
    const auto x = stacked(pool, [&](std::int64_t row) { return centred_part(input.parts, row, c); });
    sizes_.push_back(std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / static_cast<double>(x.size())));
  }
  if (shares_.by_row > 0) hidden_mean_ = balanced([&](std::int64_t row) { return hidden_of(input.parts, row, 0); });
}

/// x = x_ic[y] / s_c, and the hidden states minus their mean.
LinearScores PartWeights::linear_scores(const FitInput& input, std::span<const double> inverse_scale) const {
  const LabelledRows& pool = input.pool;
  const Index n_rows = std::ssize(pool.rows), n_labels = shape_.n_labels;
  LinearScores out{shares_, n_rows, n_labels, MatrixXd(n_rows * n_labels, shape_.n_components()),
                   MatrixXd(n_rows, std::ssize(hidden_mean_))};
  for (Index c = 0; c < out.x.cols(); ++c) {
    const auto own = stacked(pool, [&](std::int64_t row) { return centred_part(input.parts, row, c); });
    out.x.col(c) = inverse_scale[c] * Eigen::Map<const VectorXd>(own.data(), out.x.rows());
  }
  for (Index i = 0; i < n_rows; ++i)
    for (Index j = 0; j < out.rows.cols(); ++j)
      out.rows(i, j) = double{input.parts.hidden(pool.rows[i], j)} - hidden_mean_[j];
  return out;
}

void PartWeights::set_weights(const LinearScores& pool, const LinearFit& fit, std::span<const double> inverse_scale) {
  const Eigen::Map<const VectorXd> a(fit.dual.a.data(), pool.x.rows());
  const Eigen::Map<const RowMajor> a_rows(fit.dual.a.data(), pool.n_rows, pool.n_labels);
  weights_.clear();
  class_weights_.clear();
  if (shares_.by_class > 0) class_weights_.reserve(pool.x.cols() * pool.n_labels * pool.n_labels);
  for (Index c = 0; c < pool.x.cols(); ++c) {
    const double scale = inverse_scale[c];
    if (shares_.shared > 0) weights_.push_back(fit.scale.shared * scale * pool.x.col(c).dot(a));
    if (shares_.by_class == 0) continue;
    const Eigen::Map<const RowMajor> own(pool.x.col(c).data(), pool.n_rows, pool.n_labels);
    const RowMajor v = fit.scale.by_class * scale * a_rows.transpose() * own;  // [y, z]
    class_weights_.insert(class_weights_.end(), v.data(), v.data() + v.size());
  }
  const RowMajor w = fit.scale.by_row * a_rows.transpose() * pool.rows;
  hidden_weights_.assign(w.data(), w.data() + w.size());
}

FitReport PartWeights::fit(const FitInput& input) {
  measure(input);
  const std::vector<double> inverse_scale = inverse_scales(sizes_);
  const LinearScores pool = linear_scores(input, inverse_scale);
  const auto offsets = stacked(input.pool, [&](std::int64_t row) { return offset(input.parts, row); });
  const LinearFit fit = fit_linear(pool, offsets, input.pool.labels, input.progress);
  set_weights(pool, fit, inverse_scale);
  return {.updates = fit.dual.steps, .objective = fit.dual.objective};
}

/// l[y] - b[y]
std::vector<double> PartWeights::offset(const Contributions& parts, std::int64_t example) const {
  return centred(&parts.logits(example, 0), offset_);
}

/// x_c[y]
std::vector<double> PartWeights::centred_part(const Contributions& parts, std::int64_t example, std::int64_t c) const {
  const auto n = static_cast<std::size_t>(shape_.n_labels);
  return centred(component_logits(parts, example, c), std::span(means_).subspan(static_cast<std::size_t>(c) * n, n));
}

/// V_yc[z], transposed: the sums over z are then made for all y side by side. Empty if the term is left out.
/// [n_labels (z), n_labels (y)]
std::vector<double> PartWeights::class_weights_by_source(std::int64_t c) const {
  const auto n = static_cast<std::size_t>(shape_.n_labels);
  std::vector<double> v(class_weights_.empty() ? 0 : n * n);
  const double* own = class_weights_.data() + static_cast<std::size_t>(c) * v.size();
  for (std::size_t y = 0; y < n && !v.empty(); ++y)
    for (std::size_t z = 0; z < n; ++z) v[z * n + y] = own[y * n + z];
  return v;
}

/// out[y] += w_c x[y] + sum_z V_yc[z] x[z]
void PartWeights::add_weighed(std::int64_t c, std::span<const double> by_source, std::span<const double> x,
                              std::span<double> out) const {
  const std::size_t n = x.size();
  for (std::size_t y = 0; y < n && !weights_.empty(); ++y) out[y] += weights_[c] * x[y];
  if (by_source.empty()) return;
  std::vector<const double*> rows(n);
  for (std::size_t z = 0; z < n; ++z) rows[z] = by_source.data() + z * n;
  std::vector<double> sums(n);
  add_rows(x, rows, sums);
  for (std::size_t y = 0; y < n; ++y) out[y] += sums[y];
}

void PartWeights::add_hidden(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  if (hidden_weights_.empty()) return;
  const std::size_t d_model = hidden_mean_.size();
  const std::span<const float> hidden = hidden_of(parts, example, d_model);
  for (std::size_t y = 0; y < out.size(); ++y)
    for (std::size_t j = 0; j < d_model; ++j)
      out[y] += hidden_weights_[y * d_model + j] * (double{hidden[j]} - hidden_mean_[j]);
}

void PartWeights::scores(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  scores_of(parts, {&example, 1}, out);
}

void PartWeights::scores_of(const Contributions& parts, std::span<const std::int64_t> examples,
                            std::span<double> out) const {
  check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
  const auto n = static_cast<std::size_t>(shape_.n_labels);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const std::vector<double> own = offset(parts, examples[i]);
    std::copy(own.begin(), own.end(), out.begin() + static_cast<std::ptrdiff_t>(i * n));
  }
  for (std::int64_t c = 0; c < shape_.n_components(); ++c) {
    const std::vector<double> by_source = class_weights_by_source(c);
    for (std::size_t i = 0; i < examples.size(); ++i)
      add_weighed(c, by_source, centred_part(parts, examples[i], c), out.subspan(i * n, n));
  }
  for (std::size_t i = 0; i < examples.size(); ++i) add_hidden(parts, examples[i], out.subspan(i * n, n));
}

void PartWeights::add_offset_split(const Contributions& parts, std::int64_t example, double factor,
                                   std::span<double> out) const {
  const auto n = static_cast<std::size_t>(shape_.n_labels);
  std::vector<double> outside(n);
  outside_components(parts, example, outside);
  const double mean = std::accumulate(outside.begin(), outside.end(), 0.0) / static_cast<double>(n);
  for (std::size_t y = 0; y < n; ++y) outside[y] -= mean + offset_[y];
  for (std::size_t k = 0; k < means_.size(); ++k) outside[k % n] += means_[k];
  const std::span<double> last = out.last(n);
  for (std::size_t y = 0; y < n; ++y) last[y] += factor * outside[y];
  for (std::int64_t c = 0; c < shape_.n_components(); ++c) {
    const std::vector<double> x = centred_part(parts, example, c);
    for (std::size_t y = 0; y < n; ++y) out[static_cast<std::size_t>(c) * n + y] += factor * x[y];
  }
}

void PartWeights::split_scores(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
  const auto n = static_cast<std::size_t>(shape_.n_labels);
  std::fill(out.begin(), out.end(), 0.0);
  add_offset_split(parts, example, 1, out);
  add_hidden(parts, example, out.last(n));
  for (std::int64_t c = 0; c < shape_.n_components(); ++c) {
    const std::vector<double> x = centred_part(parts, example, c);
    add_weighed(c, class_weights_by_source(c), x, out.subspan(static_cast<std::size_t>(c) * n, n));
  }
}

/// What component `c` adds to the score of `y` if its x_c is 1 for `y` and -1 / (n_labels - 1) for each other label.
double PartWeights::own_weight(std::int64_t c, std::int64_t y) const {
  const std::int64_t n = shape_.n_labels;
  double weight = weights_.empty() ? 0.0 : weights_[c];
  for (std::int64_t z = 0; z < n && !class_weights_.empty(); ++z) {
    const double v = class_weights_[(c * n + y) * n + z];
    weight += z == y ? v : -v / static_cast<double>(n - 1);
  }
  return weight;
}

Leaning PartWeights::strongest_leaning(std::int64_t c) const {
  constexpr double kSameShare = 1e-9;
  std::vector<double> weights;
  for (std::int64_t y = 0; y < shape_.n_labels; ++y) weights.push_back(sizes_[c] * own_weight(c, y));
  const auto by_size = [](double a, double b) { return std::abs(a) < std::abs(b); };
  const auto strongest = std::ranges::max_element(weights, by_size);
  const auto [least, most] = std::ranges::minmax(weights);
  const bool same = most - least <= kSameShare * std::abs(*strongest);
  return {c, same ? -1 : strongest - weights.begin(), *strongest};
}

std::vector<Leaning> PartWeights::leanings() const {
  std::vector<Leaning> all;
  for (std::int64_t c = 0; c < std::ssize(sizes_); ++c) {
    const Leaning strongest = strongest_leaning(c);
    if (strongest.weight != 0) all.push_back(strongest);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Leaning& a, const Leaning& b) { return std::abs(a.weight) > std::abs(b.weight); });
  return all;
}

Json PartWeights::save() const {
  Json state = {{"offset", offset_}, {"means", by_component(means_, shape_)}, {"sizes", by_component(sizes_, shape_)}};
  if (!weights_.empty()) state["weights"] = by_component(weights_, shape_);
  if (!class_weights_.empty()) state["class_weights"] = by_component(class_weights_, shape_);
  if (!hidden_weights_.empty()) state["hidden_mean"] = hidden_mean_;
  if (!hidden_weights_.empty()) state["hidden_weights"] = matrix(hidden_weights_, offset_.size());
  return state;
}

void PartWeights::load(const Json& state, const ReaderShape& shape) {
  const auto n = static_cast<std::size_t>(shape.n_labels);
  means_ = by_component(state, "means", shape, n);
  sizes_ = by_component(state, "sizes", shape, 1);
  offset_ = numbers(state, "offset", n);
  if (shares_.shared > 0) weights_ = by_component(state, "weights", shape, 1);
  if (shares_.by_class > 0) class_weights_ = by_component(state, "class_weights", shape, n * n);
  if (shares_.by_row > 0) hidden_mean_ = numbers(state, "hidden_mean", 0);
  if (shares_.by_row > 0) hidden_weights_ = numbers(state, "hidden_weights", n * hidden_mean_.size());
  shape_ = shape;
}

LeftOutRows PartWeightsReader::left_out(const FitInput& input) const {
  const std::vector<PoolRows> parts_out = rows_to_leave_out(input.pool.labels, input.by_tenths);
  const auto refit = [&](const FitInput& kept, std::span<const std::int64_t> rows, std::span<double> out) {
    PartWeights other(shares_);
    other.fit(kept);
    other.scores_of(input.parts, rows, out);
  };
  const std::vector<double> scores = is_small_pool(std::ssize(input.pool.rows), input.parts.n_labels())
                                         ? left_out_scores(PartKernel(input, shares_), input.pool.labels, parts_out,
                                                           input.parts.n_labels(), input.progress)
                                         : refit_scores(input, parts_out, refit);
  return in_run(gathered(scores, input.pool.labels, parts_out), input.pool);
}

}  // namespace partwise::internal
