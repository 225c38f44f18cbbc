#include "readers/head_vectors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/json.h"
#include "base/statistics.h"
#include "readers/balance.h"
#include "readers/component_names.h"
#include "readers/linear_fit.h"
#include "readers/state.h"

namespace partwise::internal {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kFloor = 0.1;  // this share of the median over heads is added to each divisor
constexpr int kTrustPower = 2;  // of a_h; the share of the prior is its square

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// One head's vectors on the pool, row after row.
class HeadRows {
 public:
  HeadRows(std::span<const double> rows, std::size_t d_head) : rows_(rows), d_head_(d_head) {}

  std::span<const double> row(std::size_t i) const { return rows_.subspan(i * d_head_, d_head_); }

  double root_mean_square() const {
    const std::size_t n_rows = rows_.size() / d_head_;
    double sum = 0;
    for (std::size_t i = 0; i < n_rows; ++i) sum += dot(row(i), row(i));
    return std::sqrt(sum / static_cast<double>(n_rows * d_head_));
  }

  /// m_ih (see HeadVectors) of this head for each row i.
  std::vector<double> margins(std::span<const std::int32_t> labels, std::int64_t n_labels) const {
    std::vector<double> sums(static_cast<std::size_t>(n_labels) * d_head_), margins;
    for (std::size_t i = 0; i < labels.size(); ++i) add(row(i), 1, label_sum(sums, labels[i]));
    std::vector<double> lengths;
    for (std::int32_t y = 0; y < n_labels; ++y) lengths.push_back(length(label_sum(sums, y)));
    for (std::size_t i = 0; i < labels.size(); ++i) {
      add(row(i), -1, label_sum(sums, labels[i]));  // sums serve as means: a cosine does not depend on lengths
      lengths[labels[i]] = length(label_sum(sums, labels[i]));
      const double own_length = length(row(i));
      double own = 0, all = 0;
      for (std::int32_t y = 0; y < n_labels; ++y) {
        const double c = cosine(row(i), own_length, label_sum(sums, y), lengths[y]);
        all += c;
        if (y == labels[i]) own = c;
      }
      margins.push_back(own - all / static_cast<double>(n_labels));
      add(row(i), 1, label_sum(sums, labels[i]));
      lengths[labels[i]] = length(label_sum(sums, labels[i]));
    }
    return margins;
  }

 private:
  std::span<double> label_sum(std::vector<double>& sums, std::int32_t y) const {
    return std::span(sums).subspan(static_cast<std::size_t>(y) * d_head_, d_head_);
  }
  static void add(std::span<const double> x, double factor, std::span<double> out) {
    for (std::size_t j = 0; j < x.size(); ++j) out[j] += factor * x[j];
  }

  std::span<const double> rows_;  // [n_rows, d_head]
  std::size_t d_head_;
};

/// One head: its statistics, and the balanced mean of its vectors.  [d_head]
struct Measured {
  std::vector<double> mean;
  HeadStatistics statistics;
};

void subtract(std::span<const double> mean, std::span<double> rows) {
  for (std::size_t k = 0; k < rows.size(); ++k) rows[k] -= mean[k % mean.size()];
}

Measured measure(std::vector<double> rows, const LabelledRows& pool, std::int64_t n_labels, std::size_t d_head) {
  Measured out{balanced_mean(rows, pool.labels), {}};
  out.statistics.margin = mean_and_deviation(HeadRows(rows, d_head).margins(pool.labels, n_labels));
  subtract(out.mean, rows);
  out.statistics.size = HeadRows(rows, d_head).root_mean_square();
  return out;
}

/// Errors: what the input's progress throws.  [n_heads]
std::vector<Measured> measure_heads(const FitInput& input) {
  const auto d_head = static_cast<std::size_t>(input.parts.z.dim(3));
  const auto n_heads = static_cast<std::size_t>(input.parts.n_layers() * input.parts.n_heads());
  std::vector<Measured> heads;
  for (std::size_t h = 0; h < n_heads; ++h) {
    if (input.progress) input.progress({kFitStage, 0, 1});  // so that it can be stopped
    heads.push_back(measure(head_outputs(input.parts, input.pool, h), input.pool, input.parts.n_labels(), d_head));
  }
  return heads;
}

/// The vectors of all heads, less their means and times their scales, side by side.  [n_rows, n_heads * d_head]
MatrixXd scaled_rows(const Contributions& parts, const LabelledRows& pool, const std::vector<Measured>& heads,
                     const std::vector<double>& scale) {
  const Index n_rows = std::ssize(pool.rows), width = parts.z.dim(3);
  MatrixXd all(n_rows, std::ssize(heads) * width);
  for (std::size_t h = 0; h < heads.size(); ++h) {
    std::vector<double> rows = head_outputs(parts, pool, h);
    subtract(heads[h].mean, rows);
    all.middleCols(static_cast<Index>(h) * width, width) =
        scale[h] * Eigen::Map<const RowMajor>(rows.data(), n_rows, width);
  }
  return all;
}

/// offset (l[y] - b[y])  [n_rows, n_labels]
std::vector<double> offsets(const FitInput& input, double share) {
  std::vector<double> logits = centred_logits_of(input);
  const std::vector<double> b = balanced_mean(logits, input.pool.labels);
  for (std::size_t k = 0; k < logits.size(); ++k) logits[k] = share * (logits[k] - b[k % b.size()]);
  return logits;
}

}  // namespace

std::span<const float> head_outputs(const Contributions& parts, std::int64_t example, std::size_t d_head) {
  if (parts.z.empty()) {
    throw Error(ErrorCode::bad_data, "the reader reads the heads' outputs z, and the run does not hold them",
                {"make the run with the heads' z stored", {{Setting::store, "z", Step::decompose}}});
  }
  if (d_head != 0 && static_cast<std::size_t>(parts.z.dim(3)) != d_head) {
    throw Error(ErrorCode::bad_data, "the reader was fitted on heads of width " + std::to_string(d_head) +
                                         "; those of the run have " + std::to_string(parts.z.dim(3)));
  }
  return {&parts.z(example, 0, 0, 0), static_cast<std::size_t>(parts.z.size() / parts.n_examples())};
}

std::vector<double> head_outputs(const Contributions& parts, const LabelledRows& rows, std::size_t head) {
  std::vector<double> all;
  for (std::int64_t row : rows.rows) {
    const std::span<const float> z = head_outputs(parts, row, 0);
    const auto d_head = static_cast<std::size_t>(parts.z.dim(3));
    const std::span<const float> own = z.subspan(head * d_head, d_head);
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

MeanAndDeviation mean_and_deviation(const std::vector<double>& x) {
  const double n = static_cast<double>(x.size()), mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double square = 0;
  for (double value : x) square += (value - mean) * (value - mean);
  return {mean, std::sqrt(square / n)};
}

std::vector<double> head_trusts(const std::vector<HeadStatistics>& heads) {
  std::vector<double> deviations, trusts;
  for (const HeadStatistics& head : heads) deviations.push_back(head.margin.deviation);
  const double floor = kFloor * median(deviations);
  for (const HeadStatistics& head : heads) {
    const double noise = head.margin.deviation + floor;
    trusts.push_back(noise > 0 ? std::max(0.0, head.margin.mean / noise) : 0.0);
  }
  return trusts;
}

std::vector<double> head_scales(const std::vector<HeadStatistics>& heads, std::size_t n_rows,
                                const HeadOptions& options) {
  std::vector<double> sizes, trust = head_trusts(heads);
  for (const HeadStatistics& head : heads) sizes.push_back(head.size);
  const double size_floor = kFloor * median(sizes);
  const double luck = options.noise_floor / std::sqrt(static_cast<double>(n_rows));
  for (double& t : trust) t = std::max(0.0, t - luck);
  if (*std::ranges::max_element(trust) == 0) std::ranges::fill(trust, 1.0);
  for (std::size_t h = 0; h < heads.size(); ++h) {
    const double size = heads[h].size + size_floor;
    trust[h] = size > 0 ? std::pow(trust[h], kTrustPower) / size : 0.0;
  }
  return trust;
}

std::vector<double> centred_logits_of(const FitInput& input) {
  const std::vector<double> zero(static_cast<std::size_t>(input.parts.n_labels()));
  std::vector<double> all;
  for (std::int64_t row : input.pool.rows) {
    const std::vector<double> own = centred(&input.parts.logits(row, 0), zero);
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

double length(std::span<const double> x) { return std::sqrt(dot(x, x)); }

double cosine(std::span<const double> a, double length_a, std::span<const double> b, double length_b) {
  const double lengths = length_a * length_b;
  return lengths > 0 ? dot(a, b) / lengths : 0.0;
}

FitReport HeadVectors::fit(const FitInput& input) {
  shape_ = reader_shape(input.parts);
  const LabelledRows& pool = input.pool;
  const std::vector<Measured> measured = measure_heads(input);
  std::vector<HeadStatistics> statistics;
  for (const Measured& head : measured) statistics.push_back(head.statistics);
  const std::vector<double> scale = head_scales(statistics, pool.size(), options_);
  const LinearScores scores{
      {.by_row = 1}, std::ssize(pool.rows), shape_.n_labels, {}, scaled_rows(input.parts, pool, measured, scale)};
  const LinearFit fit = fit_linear(scores, offsets(input, options_.offset), pool.labels, input.progress);
  const Eigen::Map<const RowMajor> a(fit.dual.a.data(), scores.n_rows, scores.n_labels);
  const RowMajor w = fit.scale.by_row * a.transpose() * scores.rows;
  heads_.clear();
  for (std::size_t h = 0; h < measured.size(); ++h) {
    if (scale[h] == 0) continue;
    const std::vector<double>& mean = measured[h].mean;
    const RowMajor own = scale[h] * w.middleCols(static_cast<Index>(h * mean.size()), std::ssize(mean));
    heads_.push_back({static_cast<std::int64_t>(h), mean, {own.data(), own.data() + own.size()}});
  }
  return {.updates = fit.dual.steps, .objective = fit.dual.objective};
}

/// Adds the head's scores, times `factor`, to `out`. `z` holds the outputs of all heads.  out [n_labels]
void HeadVectors::add_scores(const Head& head, std::span<const float> z, double factor, std::span<double> out) const {
  const std::size_t d_head = head.mean.size();
  const float* own = z.data() + static_cast<std::size_t>(head.index) * d_head;
  for (std::size_t y = 0; y < out.size(); ++y)
    for (std::size_t j = 0; j < d_head; ++j)
      out[y] += factor * head.weights[y * d_head + j] * (double{own[j]} - head.mean[j]);
}

void HeadVectors::scores(const Contributions& parts, std::int64_t example, std::span<double> out) const {
  check_internal(reader_shape(parts) == shape_, "a reader is used on the sizes it was fitted on");
  std::fill(out.begin(), out.end(), 0.0);
  if (heads_.empty()) return;
  const std::span<const float> z = head_outputs(parts, example, heads_[0].mean.size());
  for (const Head& head : heads_) add_scores(head, z, 1, out);
}

void HeadVectors::add_split(const Contributions& parts, std::int64_t example, double factor,
                            std::span<double> out) const {
  if (heads_.empty()) return;
  const auto n_labels = static_cast<std::size_t>(shape_.n_labels);
  const std::span<const float> z = head_outputs(parts, example, heads_[0].mean.size());
  for (const Head& head : heads_)
    add_scores(head, z, factor, out.subspan(static_cast<std::size_t>(head.index) * n_labels, n_labels));
}

Json HeadVectors::save() const {
  Json state = Json::object();
  for (const Head& head : heads_) {
    const std::string name = component_name(component_at(head.index, shape_.n_layers, shape_.n_heads));
    state[name] = {{"mean", head.mean}, {"weights", matrix(head.weights, static_cast<std::size_t>(shape_.n_labels))}};
  }
  return state;
}

void HeadVectors::load(const Json& state, const ReaderShape& shape) {
  if (!state.is_object()) throw Error(ErrorCode::bad_data, "'head_vectors' is not an object of heads");
  shape_ = shape;
  heads_.clear();
  for (const auto& [name, vectors] : state.items()) {
    Head head{component_named(name, "head_vectors", shape), numbers(vectors, "mean", 0), {}};
    const bool fits =
        head.index < shape.n_layers * shape.n_heads && (heads_.empty() || heads_[0].mean.size() == head.mean.size());
    if (!fits) throw Error(ErrorCode::bad_data, "'head_vectors' of " + name + " are not a head's, or of another width");
    head.weights = numbers(vectors, "weights", static_cast<std::size_t>(shape.n_labels) * head.mean.size());
    heads_.push_back(std::move(head));
  }
  std::sort(heads_.begin(), heads_.end(), [](const Head& a, const Head& b) { return a.index < b.index; });
}

}  // namespace partwise::internal
