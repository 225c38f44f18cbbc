#include "decompose/path_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "decompose/split_parts.h"

namespace partwise::internal {

namespace {

double mean(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Sums one example's points.
class PathSums {
 public:
  PathSums(const PointParts& points, const LabelPaths& paths, Rivals rivals, std::span<const double> log_sum_exp)
      : points_(points), paths_(paths), rivals_(rivals), log_sum_exp_(log_sum_exp) {
    for (const auto& path : paths)
      for (const PathStep& step : path) used_.push_back(step.point);
    std::ranges::sort(used_);
    used_.erase(std::unique(used_.begin(), used_.end()), used_.end());
  }

  std::int64_t n_labels() const { return std::ssize(paths_); }
  const std::vector<std::int64_t>& used() const { return used_; }

  /// The values of an array that has `per_label` of them for each label: `to` is [per_label, n_labels].
  void centred(const Array<float>& array, std::int64_t per_label, float* to) const {
    std::vector<double> centres(used_.empty() ? 0 : used_.back() - used_.front() + 1);  // of points from the first on
    for (std::int64_t i = 0; i < per_label; ++i) {
      for (std::int64_t point : used_) centres[point - used_.front()] = centre(values(array, point, per_label, i));
      for (std::int64_t y = 0; y < n_labels(); ++y) {
        double sum = 0;
        for (const auto& [point, column, weight] : paths_[y])
          sum += weight * (double{values(array, point, per_label, i)[column]} - centres[point - used_.front()]);
        to[i * n_labels() + y] = static_cast<float>(sum);
      }
    }
  }

  double log_prob(std::int64_t y) const {
    double sum = 0;
    for (const auto& [point, column, weight] : paths_[y])
      sum += weight * (double{logits(point)[column]} - log_sum_exp_[point]);
    return sum;
  }

  /// What no part adds.
  double of_no_part(std::int64_t y) const {
    double sum = 0;
    for (const auto& [point, column, weight] : paths_[y]) sum += weight * (centre(logits(point)) - log_sum_exp_[point]);
    return sum;
  }

  /// The largest of what each point has of it.
  float largest(const Array<float>& certificate) const {
    float largest = 0;
    for (std::int64_t point : used_)
      largest = certificate(point) <= largest ? largest : certificate(point);  // a NaN stays
    return largest;
  }

 private:
  double centre(std::span<const float> values) const {
    return rivals_ == Rivals::columns ? mean(values) : double{values.back()};
  }
  /// Value `i` of all labels of a point.
  std::span<const float> values(const Array<float>& array, std::int64_t point, std::int64_t per_label,
                                std::int64_t i) const {
    const std::int64_t n = points_.n_labels(point);
    return points_.block(array, point, per_label).subspan(i * n, n);
  }
  std::span<const float> logits(std::int64_t point) const { return values(points_.flat.logits, point, 1, 0); }

  const PointParts& points_;
  const LabelPaths& paths_;
  Rivals rivals_;
  std::span<const double> log_sum_exp_;
  std::vector<std::int64_t> used_;  // points of the paths, ascending
};

/// The values of one example.
std::span<const float> row_of(const Array<float>& array, std::int64_t e) {
  const std::int64_t size = array.size() / array.dim(0);
  return array.flat().subspan(static_cast<std::size_t>(e * size), static_cast<std::size_t>(size));
}

/// The largest of the points' certificates and of |sum of the parts - logit| / max(1, max_y |logit|).
float certificate(const Contributions& parts, std::int64_t e, float of_points) {
  double miss = of_points;
  const double size = size_of_logits(parts.logits, e);
  for (std::int64_t y = 0; y < parts.n_labels(); ++y) {
    double sum = double{parts.embed(e, y)} + double{parts.bias(e, y)};
    for (std::int64_t c = 0; c < parts.n_components(); ++c) sum += double{component_logits(parts, e, c)[y]};
    miss = larger_miss(miss, std::abs(sum - double{parts.logits(e, y)}) / size);
  }
  return static_cast<float>(miss);
}

/// How far what parts of one example are split into misses them, in units of max(1, max_y |logit|).
double split_certificate(const PointParts& points, const Contributions& parts, std::int64_t e) {
  const std::int64_t n_labels = parts.n_labels();
  const auto own = [&](const Array<float>& array) {
    return array.empty() ? std::span<const float>() : row_of(array, e);
  };
  double miss = split_miss(own(parts.by_source), own(parts.heads), n_labels);
  miss = larger_miss(miss, split_miss(own(parts.by_token), own(parts.heads), n_labels));
  miss = larger_miss(miss, split_miss_of_experts(own(parts.experts), own(parts.mlps), points.has_experts, n_labels));
  return miss / size_of_logits(parts.logits, e);
}

/// by_source, by_token or experts of one example: `per_label` values for each label.
void write_split(const PathSums& sums, const Array<float>& of_points, std::int64_t per_label, std::int64_t e,
                 Array<float>& out) {
  if (out.empty()) return;
  sums.centred(of_points, per_label, out.data() + e * per_label * sums.n_labels());
}

/// The ids that the last point sees: it lies behind a label's own tokens, if any point does.
void write_token_ids(const PathSums& sums, const PointParts& points, std::int64_t e, Array<std::int32_t>& out) {
  if (out.empty()) return;
  const std::int64_t n = points.n_tokens;
  std::ranges::copy(points.flat.token_ids.flat().subspan(sums.used().back() * n, n), out.data() + e * n);
}

void write_splits(const PathSums& sums, const PointParts& points, std::int64_t e, Contributions& out) {
  const std::int64_t n_heads = points.n_layers * points.n_heads;
  write_split(sums, points.flat.by_source, n_heads * points.n_sources, e, out.by_source);
  write_split(sums, points.flat.by_token, n_heads * points.n_tokens, e, out.by_token);
  write_split(sums, points.flat.experts, points.n_layers * points.n_experts, e, out.experts);
  write_token_ids(sums, points, e, out.token_ids);
  if (out.source_certificate.empty()) return;
  const double of_points = sums.largest(points.flat.source_certificate);
  out.source_certificate(e) = static_cast<float>(larger_miss(of_points, split_certificate(points, out, e)));
}

void write_example(const PathSums& sums, const PointParts& points, std::int64_t e, Contributions& out) {
  sums.centred(points.flat.heads, points.n_layers * points.n_heads, &out.heads(e, 0, 0, 0));
  sums.centred(points.flat.mlps, points.n_layers, &out.mlps(e, 0, 0));
  sums.centred(points.flat.embed, 1, &out.embed(e, 0));
  if (!out.pos_embed.empty()) sums.centred(points.flat.pos_embed, 1, &out.pos_embed(e, 0));
  sums.centred(points.flat.bias, 1, &out.bias(e, 0));
  for (std::int64_t y = 0; y < sums.n_labels(); ++y) {
    out.bias(e, y) = static_cast<float>(out.bias(e, y) + sums.of_no_part(y));
    out.logits(e, y) = static_cast<float>(sums.log_prob(y));
  }
  out.certificate(e) = certificate(out, e, sums.largest(points.flat.certificate));
  write_splits(sums, points, e, out);
}

/// Room for the examples' sums, filled with zeros.
Contributions make_sums(const PointParts& points, std::int64_t n, std::int64_t n_labels) {
  Contributions out;
  out.heads = Array<float>({n, points.n_layers, points.n_heads, n_labels});
  out.mlps = Array<float>({n, points.n_layers, n_labels});
  out.embed = out.bias = out.logits = Array<float>({n, n_labels});
  if (!points.flat.pos_embed.empty()) out.pos_embed = Array<float>({n, n_labels});
  out.certificate = Array<float>({n});
  const auto split = [&](std::int64_t n_columns) {
    return Array<float>({n, points.n_layers, points.n_heads, n_columns, n_labels});
  };
  if (!points.flat.by_source.empty()) out.by_source = split(points.n_sources);
  if (!points.flat.by_token.empty()) out.by_token = split(points.n_tokens);
  if (!points.flat.experts.empty()) out.experts = Array<float>({n, points.n_layers, points.n_experts, n_labels});
  if (!points.flat.by_token.empty()) out.token_ids = Array<std::int32_t>({n, points.n_tokens});
  if (!points.flat.source_certificate.empty()) out.source_certificate = Array<float>({n});
  return out;
}

}  // namespace

double size_of_logits(const Array<float>& logits, std::int64_t row) {
  double size = 1;
  for (std::int64_t y = 0; y < logits.dim(1); ++y) size = std::max(size, std::abs(double{logits(row, y)}));
  return size;
}

double log_sum_exp(std::span<const float> values) {
  const double top = *std::ranges::max_element(values);
  double sum = 0;
  for (float value : values) sum += std::exp(double{value} - top);
  return top + std::log(sum);
}

Contributions sum_along_paths(const PointParts& points, std::span<const LabelPaths> examples, Rivals rivals,
                              std::span<const double> log_sum_exp) {
  Contributions out = make_sums(points, std::ssize(examples), std::ssize(examples[0]));
  out.hidden = points.flat.hidden;
  out.z = points.flat.z;
  for (std::int64_t e = 0; e < std::ssize(examples); ++e)
    write_example(PathSums(points, examples[e], rivals, log_sum_exp), points, e, out);
  return out;
}

}  // namespace partwise::internal
