#include "decompose/weighed_sums.h"

#include <algorithm>

#include "base/error.h"

namespace partwise::internal {

void check_weighed(const WeighedHeads& weighed, std::span<const PromptIds> prompts, const ModelConfig& c) {
  check_internal(!weighed.weights.empty() && weighed.prompts.size() == prompts.size(), "every prompt has weights");
  const std::int64_t n = weighed.n_labels();
  for (const HeadWeights& of_heads : weighed.weights) {
    check_internal(of_heads.logits.shape() == Shape{c.n_layers, c.n_heads, n, n}, "every head has weights");
    check_internal(
        of_heads.outputs.empty() != weighed.reads_outputs() &&
            (of_heads.outputs.empty() || of_heads.outputs.shape() == Shape{c.n_layers, n, c.n_heads, c.d_head}),
        "every head's output has weights, or none");
  }
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto& [weights, sources] = weighed.prompts[i];
    const auto is_source = [&](std::int32_t s) { return s >= 0 && s < weighed.n_sources; };
    check_internal(weights < weighed.weights.size() && sources.size() == prompts[i].ids.size() &&
                       std::ranges::all_of(sources, is_source),
                   "every id has a source");
  }
}

WeighedSums::WeighedSums(const Engine& engine, std::span<const PointOfPrompt> points,
                         std::span<const std::int64_t> which, std::span<const PromptIds> prompts,
                         const LabelLists& labels, std::int64_t n_label_rows, WeighedHeads& weighed)
    : backend_(engine.backend()),
      points_(points),
      which_(which),
      weighed_(weighed),
      n_heads_(engine.model().config().n_heads),
      n_label_rows_(n_label_rows) {
  first_.push_back(0);
  for (std::int64_t i = 0; i < std::ssize(which); ++i) {
    sources_.push_back(sources_seen(i, prompts));
    n_used_.push_back(*std::ranges::max_element(sources_.back()) + 1);
    list(i, labels.list(i));
  }
  of_logits_.resize(which.size() * static_cast<std::size_t>(weighed.n_sources * weighed.n_labels()));
  of_outputs_.resize(of_logits_.size());
  const std::int64_t width = n_heads_ * engine.model().config().d_head;
  if (weighed.reads_outputs()) rows_ = backend_.allocate(n_label_rows + weighed.n_rows(), width);
}

/// A suffix is a label's own tokens.
std::vector<std::int32_t> WeighedSums::sources_seen(std::int64_t i, std::span<const PromptIds> prompts) const {
  std::vector<std::int32_t> sources = weighed_.prompts[point(i).prompt].sources;
  const std::size_t n_seen = static_cast<std::size_t>(point(i).position) + 1;
  check_internal(n_seen >= prompts[point(i).prompt].ids.size(), "heads are weighed at the end of prompts");
  sources.resize(n_seen, 0);
  return sources;
}

/// Lists the rows that a point is read against. Outputs are those of the prompt's last position.
void WeighedSums::list(std::int64_t i, std::span<const std::int32_t> labels) {
  rows_of_points_.insert(rows_of_points_.end(), labels.begin(), labels.end());
  if (weighed_.reads_outputs() && point(i).suffix.empty()) {
    const std::int64_t n = weighed_.n_labels();
    const std::int64_t first = n_label_rows_ + static_cast<std::int64_t>(weighed_.prompts[point(i).prompt].weights) * n;
    for (std::int64_t y = 0; y < n; ++y) rows_of_points_.push_back(static_cast<std::int32_t>(first + y));
  }
  first_.push_back(std::ssize(rows_of_points_));
}

/// The directions of the labels, and after them the layer's weights of outputs.
ConstRows WeighedSums::all_rows(std::int64_t layer, ConstRows folded) {
  if (!weighed_.reads_outputs()) return folded;
  HostMatrix values(rows_.n_rows(), rows_.n_cols());
  backend_.download(folded, values.view().block(0, n_label_rows_));
  const std::int64_t size = weighed_.n_labels() * values.cols;
  float* to = values.view().row(n_label_rows_);
  for (const HeadWeights& weights : weighed_.weights) to = std::copy_n(weights.outputs.data() + layer * size, size, to);
  backend_.upload(values, rows_.view());
  return rows_.view();
}

void WeighedSums::add(const LayerAtPoints& layer, ConstRows folded) {
  const AttentionAtPoints& a = *layer.attention;
  const std::vector<std::span<const std::int32_t>> sources(sources_.begin(), sources_.end());
  const std::int64_t per_row = n_heads_ * weighed_.n_sources;
  std::vector<double> g(rows_of_points_.size() * static_cast<std::size_t>(per_row));
  backend_.read_sources(a.shape, a.segments, a.runs, a.q, a.k, a.v, all_rows(layer.layer, folded),
                        {rows_of_points_, first_}, sources, weighed_.n_sources, g);
  backend_.for_each(std::ssize(which_), [&](std::int64_t i, int) {
    const double post_scale = layer.ln1_post_scale.empty() ? 1.0 : layer.ln1_post_scale[i];
    add_point(i, layer.layer, post_scale, g.data() + first_[i] * per_row);
  });
}

/// g [n_heads, n_sources, rows of the point]
void WeighedSums::add_point(std::int64_t i, std::int64_t layer, double post_scale, const double* g) {
  const std::int64_t per_head = weighed_.n_sources * (first_[i + 1] - first_[i]);
  const HeadWeights& weights = weighed_.weights[weighed_.prompts[point(i).prompt].weights];
  for (std::int64_t h = 0; h < n_heads_; ++h)
    add_head(i, &weights.logits(layer, h, 0, 0), post_scale, g + h * per_head);
}

/// weights [n_labels, n_labels], g [n_sources, rows of the point]
void WeighedSums::add_head(std::int64_t i, const double* weights, double post_scale, const double* g) {
  const std::int64_t n = weighed_.n_labels(), n_rows = first_[i + 1] - first_[i];
  const auto n_ids = std::ssize(point(i).label_ids);
  const std::span<const double> of_labels = point(i).of_labels;
  std::vector<double> label_logits(static_cast<std::size_t>(n));
  for (std::int64_t s = 0; s < n_used_[i]; ++s, g += n_rows) {
    for (std::int64_t z = 0; z < n; ++z) {
      double sum = of_labels.empty() ? g[z] : 0.0;
      for (std::int64_t j = 0; j < n_ids && !of_labels.empty(); ++j) sum += of_labels[z * n_ids + j] * g[j];
      label_logits[z] = sum / post_scale;
    }
    double* to = of_logits_.data() + (i * weighed_.n_sources + s) * n;
    for (std::int64_t y = 0; y < n; ++y)
      for (std::int64_t z = 0; z < n; ++z) to[y] += weights[y * n + z] * label_logits[z];
    double* outputs = of_outputs_.data() + (i * weighed_.n_sources + s) * n;
    for (std::int64_t k = n_ids; k < n_rows; ++k) outputs[k - n_ids] += g[k];
  }
}

void WeighedSums::finish(std::span<const double> scales) {
  const std::int64_t size = weighed_.n_sources * weighed_.n_labels();
  for (std::int64_t i = 0; i < std::ssize(which_); ++i) {
    double* to = weighed_.sums.data() + point(i).prompt * size;
    for (std::int64_t k = 0; k < size; ++k) to[k] += of_logits_[i * size + k] / scales[i] + of_outputs_[i * size + k];
  }
}

}  // namespace partwise::internal
