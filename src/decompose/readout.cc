#include "decompose/readout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "tensor/half.h"

namespace partwise::internal {

namespace {

double dot(const float* a, const float* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

double mean(const float* x, std::int64_t n) { return std::accumulate(x, x + n, 0.0) / static_cast<double>(n); }

/// The scale at which the final norm is held: rms(x) or sd(x), eps included.
double norm_scale(NormKind kind, const float* x, std::int64_t n, float eps) {
  const double center = kind == NormKind::layer ? mean(x, n) : 0;
  double squares = 0;
  for (std::int64_t i = 0; i < n; ++i) squares += (x[i] - center) * (x[i] - center);
  return std::sqrt(squares / static_cast<double>(n) + double{eps});
}

std::shared_ptr<const LabelDirections> directions_of(const Model& model, const std::vector<std::int32_t>& ids,
                                                     LabelCache* cache) {
  return cache ? cache->get(model, ids) : std::make_shared<const LabelDirections>(model, ids, false);
}

}  // namespace

Readout::Readout(const Engine& engine, std::span<const PromptIds> prompts, std::span<const std::int64_t> group,
                 const DecomposeOptions& options, Contributions& out)
    : model_(engine.model()),
      backend_(engine.backend()),
      group_(group),
      prompts_(prompts),
      read_parts_(options.read_parts),
      stored_type_(options.stored.type),
      out_(out),
      n_labels_(std::ssize(prompts[0].label_ids)) {
  std::map<std::int32_t, std::int32_t> row_of_id;
  std::vector<std::int32_t> ids;
  for (std::int64_t i : group)
    for (std::int32_t id : prompts[i].label_ids) {
      const auto [entry, is_new] = row_of_id.try_emplace(id, static_cast<std::int32_t>(ids.size()));
      if (is_new) ids.push_back(id);
      labels_.push_back(entry->second);
    }
  std::int64_t n_stored = 0;
  std::vector<std::int64_t> stored_row;  // of every prompt
  for (const PromptIds& prompt : prompts) stored_row.push_back(prompt.is_stored ? n_stored++ : -1);
  for (std::int64_t i : group) stored_rows_.push_back(stored_row[i]);
  if (read_parts_) {
    // Before any layer: memory that is taken between layers would leave holes where their weights were.
    const std::size_t size = labels_.size();
    heads_.assign(model_.config().n_layers, std::vector<double>(size * model_.config().n_heads));
    mlps_.assign(model_.config().n_layers, std::vector<double>(size));
  }
  directions_ = directions_of(model_, ids, options.label_cache);
  attn_bias_.resize(labels_.size());
  norm_bias_.resize(ids.size());
  const HostMatrix& unembed = directions_->unembed();
  const std::vector<float>& bias = directions_->norm().bias;
  if (bias.empty()) return;
  for (std::int64_t y = 0; y < unembed.rows; ++y)
    norm_bias_[y] = dot(bias.data(), unembed.values.data() + y * unembed.cols, unembed.cols);
}

void Readout::read(ConstMatrix x, ConstMatrix against, std::int64_t n_groups, std::vector<double>& g) const {
  g.resize(static_cast<std::size_t>(x.rows * n_labels_ * n_groups));
  backend_.read_labels(x, against, n_groups, labels_, n_labels_, g);
}

void Readout::on_embed(ConstMatrix embed) {
  if (read_parts_) read(embed, directions_->direction(), 1, embed_);
}

/// Writes the group's rows into rows of `array`, at value `at` of each row. Prompts that are not stored have no row.
void Readout::store(ConstMatrix rows, std::int64_t at, Array<float>& array) const {
  if (array.empty()) return;
  const std::int64_t row_size = array.size() / array.dim(0);
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    if (stored_rows_[i] < 0) continue;
    float* to = array.data() + stored_rows_[i] * row_size + at;
    std::copy_n(rows.row(i), rows.cols, to);
    if (stored_type_ != DType::bf16) continue;
    std::transform(to, to + rows.cols, to, [](float v) { return bf16_to_float(float_to_bf16(v)); });
  }
}

void Readout::on_layer(const LayerAtEnds& layer) {
  store(layer.z, layer.layer * layer.z.cols, out_.z);
  if (!read_parts_) return;
  const auto post_scale = [&](std::size_t i) { return layer.ln1_post_scale.empty() ? 1.0 : layer.ln1_post_scale[i]; };

  std::vector<double>& heads = heads_[layer.layer];
  const std::shared_ptr<const HostMatrix> folded = directions_->folded(layer.weights, layer.layer);
  read(layer.z, *folded, model_.config().n_heads, heads);
  if (wants_attention()) read_sources(layer, *folded);
  const std::size_t n_values = heads.size() / group_.size();
  for (std::size_t i = 0; i < heads.size(); ++i) heads[i] /= post_scale(i / n_values);
  read(layer.mlp_out, directions_->direction(), 1, mlps_[layer.layer]);

  if (layer.weights.o_bias.empty()) return;
  const HostMatrix direction = directions_->direction_of(layer.weights);
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const float* of_label = direction.values.data() + labels_[i] * direction.cols;
    attn_bias_[i] += dot(layer.weights.o_bias.data(), of_label, direction.cols) / post_scale(i / n_labels_);
  }
}

void Readout::read_sources(const LayerAtEnds& layer, const HostMatrix& folded) {
  std::vector<std::span<const std::int32_t>> sources, tokens;
  std::vector<std::int32_t> positions(out_.by_token.empty() ? 0 : static_cast<std::size_t>(out_.by_token.dim(3)));
  std::iota(positions.begin(), positions.end(), 0);
  for (std::int64_t i : group_) {
    sources.emplace_back(prompts_[i].sources);
    if (!out_.by_token.empty()) tokens.emplace_back(std::span(positions).first(prompts_[i].ids.size()));
  }
  if (!out_.by_source.empty()) read_sources(layer, folded, sources, out_.by_source);
  if (!out_.by_token.empty()) read_sources(layer, folded, tokens, out_.by_token);
}

/// The results are not yet divided by the final scale, which is not known here.
void Readout::read_sources(const LayerAtEnds& layer, const HostMatrix& folded,
                           std::span<const std::span<const std::int32_t>> sources, Array<float>& out) {
  const AttentionAtEnds& a = *layer.attention;
  const std::int64_t n_sources = out.dim(3), size = a.shape.n_heads * n_sources * n_labels_;  // per prompt
  std::vector<double> g(group_.size() * static_cast<std::size_t>(size));
  backend_.read_sources(a.shape, a.segments, a.runs, a.q, a.k, a.v, folded, labels_, n_labels_, sources, n_sources, g);
  for (std::size_t i = 0; i < group_.size(); ++i) {
    const double scale = layer.ln1_post_scale.empty() ? 1.0 : layer.ln1_post_scale[i];
    float* to = &out(group_[i], layer.layer, 0, 0, 0);
    for (std::int64_t j = 0; j < size; ++j) to[j] = static_cast<float>(g[i * size + j] / scale);
  }
}

void Readout::on_final_residual(ConstMatrix resid) {
  const HostMatrix normed = norm_final(resid);
  store(normed, 0, out_.hidden);
  write_logits(normed);
  if (!read_parts_) return;
  for (std::int64_t i = 0; i < std::ssize(group_); ++i) {
    const double scale = norm_scale(model_.config().norm, resid.row(i), resid.cols, model_.config().norm_eps);
    write_parts(i, scale);
    write_certificate(group_[i]);
    if (!wants_attention()) continue;
    const double by_source = scale_sources(group_[i], scale, out_.by_source);
    const double by_token = scale_sources(group_[i], scale, out_.by_token);
    out_.source_certificate(group_[i]) =
        static_cast<float>(std::isnan(by_token) ? by_token : std::max(by_source, by_token));
  }
}

/// The rows that the unembedding multiplies.
HostMatrix Readout::norm_final(ConstMatrix resid) const {
  const NormWeights& norm = directions_->norm();
  HostMatrix normed{std::vector<float>(static_cast<std::size_t>(resid.rows * resid.cols)), resid.rows, resid.cols};
  const Matrix out{normed.values.data(), resid.rows, resid.cols, resid.cols};
  if (model_.config().norm == NormKind::layer)
    backend_.layer_norm(resid, norm.gain, norm.bias, model_.config().norm_eps, out);
  else
    backend_.rms_norm(resid, norm.gain, model_.config().norm_eps, out);
  return normed;
}

/// Computes the logits as the model does, so that the certificate compares two computations.
void Readout::write_logits(const HostMatrix& normed) {
  std::vector<double> logits;
  read(normed, directions_->unembed(), 1, logits);
  for (std::int64_t i = 0; i < normed.rows; ++i)
    for (std::int64_t y = 0; y < n_labels_; ++y)
      out_.logits(group_[i], y) = static_cast<float>(logits[i * n_labels_ + y]);
}

void Readout::write_parts(std::int64_t i, double scale) {
  const std::int64_t e = group_[i], n_heads = model_.config().n_heads;
  for (std::int64_t y = 0; y < n_labels_; ++y) {
    const std::int64_t iy = i * n_labels_ + y;
    out_.embed(e, y) = static_cast<float>(embed_[iy] / scale);
    out_.bias(e, y) = static_cast<float>(attn_bias_[iy] / scale + norm_bias_[labels_[iy]]);
    for (std::int64_t l = 0; l < std::ssize(mlps_); ++l) {
      out_.mlps(e, l, y) = static_cast<float>(mlps_[l][iy] / scale);
      for (std::int64_t h = 0; h < n_heads; ++h)
        out_.heads(e, l, h, y) = static_cast<float>(heads_[l][iy * n_heads + h] / scale);
    }
  }
}

/// Divides by the final scale. Returns the largest difference between the sum over a head's sources and the head's
/// part, both as they are stored.
double Readout::scale_sources(std::int64_t e, double scale, Array<float>& sources) {
  if (sources.empty()) return 0;
  double miss = 0, size = 1;
  for (std::int64_t y = 0; y < n_labels_; ++y) size = std::max(size, std::abs(double{out_.logits(e, y)}));
  for (std::int64_t l = 0; l < out_.n_layers(); ++l)
    for (std::int64_t h = 0; h < out_.n_heads(); ++h)
      for (std::int64_t y = 0; y < n_labels_; ++y) {
        double sum = 0;
        for (std::int64_t s = 0; s < sources.dim(3); ++s) {
          float& g = sources(e, l, h, s, y);
          g = static_cast<float>(g / scale);
          sum += double{g};
        }
        const double difference = std::abs(sum - double{out_.heads(e, l, h, y)});
        miss = std::isnan(difference) ? difference : std::max(miss, difference);
      }
  return miss / size;
}

/// From the values as they are stored: max_y |sum of parts - logit| / max(1, max_y |logit|).
void Readout::write_certificate(std::int64_t e) {
  double miss = 0, size = 1;
  for (std::int64_t y = 0; y < n_labels_; ++y) {
    double sum = double{out_.embed(e, y)} + double{out_.bias(e, y)};
    for (std::int64_t l = 0; l < out_.n_layers(); ++l) {
      sum += double{out_.mlps(e, l, y)};
      for (std::int64_t h = 0; h < out_.n_heads(); ++h) sum += double{out_.heads(e, l, h, y)};
    }
    const double difference = std::abs(sum - double{out_.logits(e, y)});
    miss = std::isnan(difference) ? difference : std::max(miss, difference);
    size = std::max(size, std::abs(double{out_.logits(e, y)}));
  }
  out_.certificate(e) = static_cast<float>(miss / size);
}

}  // namespace partwise::internal
