#include "readers/head_vectors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "readers/balance.h"
#include "readers/component_names.h"
#include "readers/linear_fit.h"
#include "readers/state.h"

namespace partwise {

namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kFloor = 0.1;  // of the median over heads, added to what is divided by
constexpr int kTrustPower = 4;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void check_two_rows_a_label(const LabelledRows& pool, std::int64_t n_labels) {
  for (std::int32_t y = 0; y < n_labels; ++y) {
    if (std::count(pool.labels.begin(), pool.labels.end(), y) >= 2) continue;
    throw Error(ErrorCode::bad_data,
                "label " + std::to_string(y) + " (counted from 0) has fewer than two rows among the " +
                    std::to_string(pool.size()) + " to fit on, and heads are trusted by leaving one out",
                "label more rows, or use the reader reweight");
  }
}

/// One head's vectors on the pool.
class HeadRows {
 public:
  HeadRows(std::span<const double> all, std::size_t n_rows, std::size_t head, std::size_t d_head)
      : all_(all), width_(all.size() / n_rows), at_(head * d_head), d_head_(d_head) {}

  std::span<const double> row(std::size_t i) const { return all_.subspan(i * width_ + at_, d_head_); }

  double root_mean_square() const {
    const std::size_t n_rows = all_.size() / width_;
    double sum = 0;
    for (std::size_t i = 0; i < n_rows; ++i) sum += dot(row(i), row(i));
    return std::sqrt(sum / static_cast<double>(n_rows * d_head_));
  }

  /// m_i for each row.
  std::vector<double> margins(std::span<const std::int32_t> labels, std::int64_t n_labels) const {
    std::vector<double> sums(static_cast<std::size_t>(n_labels) * d_head_), margins;
    for (std::size_t i = 0; i < labels.size(); ++i) add(row(i), 1, label_sum(sums, labels[i]));
    std::vector<double> lengths;
    for (std::int32_t y = 0; y < n_labels; ++y) lengths.push_back(length(label_sum(sums, y)));
    for (std::size_t i = 0; i < labels.size(); ++i) {
      add(row(i), -1, label_sum(sums, labels[i]));  // a mean's length makes no difference to its cosine
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

  std::span<const double> all_;  // [n_rows, n_heads in all * d_head]
  std::size_t width_, at_, d_head_;
};

struct MeanAndDeviation {
  double mean = 0, deviation = 0;
};

MeanAndDeviation statistics(const std::vector<double>& x) {
  const double n = static_cast<double>(x.size()), mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double square = 0;
  for (double value : x) square += (value - mean) * (value - mean);
  return {mean, std::sqrt(square / n)};
}

/// sqrt(t_h) / (rms_h + 0.1 median rms) for each head. The trust t_h is of vectors as they come: a balanced mean that
/// is taken away has seen the row that is left out.  outputs, centred [n_rows, n_heads in all * d_head]
std::vector<double> head_scales(std::span<const double> outputs, std::span<const double> centred,
                                const LabelledRows& pool, std::int64_t n_labels, std::size_t d_head) {
  const std::size_t n_heads = outputs.size() / pool.size() / d_head;
  std::vector<MeanAndDeviation> margin;
  std::vector<double> size, deviation, scale;
  for (std::size_t h = 0; h < n_heads; ++h) {
    size.push_back(HeadRows(centred, pool.size(), h, d_head).root_mean_square());
    margin.push_back(statistics(HeadRows(outputs, pool.size(), h, d_head).margins(pool.labels, n_labels)));
    deviation.push_back(margin.back().deviation);
  }
  const double size_floor = kFloor * median(size), deviation_floor = kFloor * median(deviation);
  for (std::size_t h = 0; h < n_heads; ++h) {
    const double noise = deviation[h] + deviation_floor, least = size[h] + size_floor;
    const double trust = noise > 0 && least > 0 ? std::max(0.0, margin[h].mean / noise) : 0.0;
    scale.push_back(trust > 0 ? std::pow(trust, kTrustPower / 2) / least : 0.0);
  }
  return scale;
}

}  // namespace

std::span<const float> head_outputs(const Contributions& parts, std::int64_t example, std::size_t d_head) {
  if (parts.z.empty()) {
    throw Error(ErrorCode::bad_data, "the reader reads the heads' outputs z, and the run does not hold them",
                "make the run with `partwise decompose --store z`");
  }
  if (d_head != 0 && static_cast<std::size_t>(parts.z.dim(3)) != d_head) {
    throw Error(ErrorCode::bad_data, "the reader was fitted on heads of width " + std::to_string(d_head) +
                                         "; those of the run have " + std::to_string(parts.z.dim(3)));
  }
  return {&parts.z(example, 0, 0, 0), static_cast<std::size_t>(parts.z.size() / parts.n_examples())};
}

std::vector<double> head_outputs(const Contributions& parts, const LabelledRows& rows) {
  std::vector<double> all;
  for (std::int64_t row : rows.rows) {
    const std::span<const float> z = head_outputs(parts, row, 0);
    all.insert(all.end(), z.begin(), z.end());
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
  check_two_rows_a_label(pool, shape_.n_labels);
  const std::vector<double> outputs = head_outputs(input.parts, pool);
  std::vector<double> z = outputs;
  const std::vector<double> mean = balanced_mean(z, pool.labels);
  for (std::size_t k = 0; k < z.size(); ++k) z[k] -= mean[k % mean.size()];
  const auto d_head = static_cast<std::size_t>(input.parts.z.dim(3));
  const std::vector<double> scale = head_scales(outputs, z, pool, shape_.n_labels, d_head);
  for (std::size_t k = 0; k < z.size(); ++k) z[k] *= scale[k % mean.size() / d_head];

  const Index n_rows = std::ssize(pool.rows), n_labels = shape_.n_labels;
  const Eigen::Map<const RowMajor> x(z.data(), n_rows, std::ssize(mean));
  const LinearScores scores{{.by_row = 1}, n_rows, n_labels, {}, x};
  const LinearFit fit =
      fit_linear(scores, std::vector<double>(static_cast<std::size_t>(n_rows * n_labels)), pool.labels, input.progress);
  const RowMajor w = fit.scale.by_row * Eigen::Map<const RowMajor>(fit.dual.a.data(), n_rows, n_labels).transpose() * x;
  heads_.clear();
  for (std::size_t h = 0; h < scale.size(); ++h) {
    if (scale[h] == 0) continue;
    const auto from = mean.begin() + static_cast<std::ptrdiff_t>(h * d_head);
    Head& head =
        heads_.emplace_back(Head{static_cast<std::int64_t>(h), {from, from + static_cast<std::ptrdiff_t>(d_head)}, {}});
    for (Index y = 0; y < n_labels; ++y)
      for (std::size_t j = 0; j < d_head; ++j)
        head.weights.push_back(scale[h] * w(y, static_cast<Index>(h * d_head + j)));
  }
  return {.updates = fit.dual.steps, .objective = fit.dual.objective};
}

/// `z` of all heads.  out [n_labels]
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

}  // namespace partwise
