#include "decompose/readout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "decompose/split_parts.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

double dot(const float* a, const float* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

/// Directions are kept for later passes, unless some are mixtures, which later passes do not have.
std::shared_ptr<const LabelDirections> directions_of(const Engine& engine, const std::vector<std::int32_t>& ids,
                                                     const DecomposeOptions& options) {
  if (options.label_cache && !options.mixtures) return options.label_cache->get(engine.model(), engine.backend(), ids);
  return std::make_shared<const LabelDirections>(engine.model(), engine.backend(), ids, false, options.mixtures);
}

}  // namespace

Readout::Readout(const Engine& engine, std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points,
                 std::span<const std::int64_t> which, const DecomposeOptions& options, PointParts& out)
    : engine_(engine),
      model_(engine.model()),
      backend_(engine.backend()),
      prompts_(prompts),
      points_(points),
      which_(which),
      read_parts_(options.read_parts),
      vocabulary_(options.vocabulary),
      stored_type_(options.stored.type),
      out_(out),
      stored_rows_(stored_rows(prompts, points)) {
  list_labels();
  if (read_parts_) {
    // Before any layer: memory that is taken between layers would leave holes where their weights were.
    const std::size_t size = labels_.size();
    heads_.assign(model_.config().n_layers, std::vector<double>(size * model_.config().n_heads));
    mlps_.assign(model_.config().n_layers, std::vector<double>(size));
  }
  directions_ = directions_of(engine, label_ids_, options);
  if (options.weighed)
    weighed_.emplace(engine, points, which, prompts, labels(), std::ssize(label_ids_), *options.weighed);
  attn_bias_.resize(labels_.size());
  final_bias_ = directions_->logit_bias();
  const HostMatrix& unembed = directions_->unembed();
  const std::vector<float>& bias = directions_->norm().bias;
  if (bias.empty()) return;
  for (std::int64_t y = 0; y < unembed.rows; ++y)
    final_bias_[y] += dot(bias.data(), unembed.view().row(y), unembed.cols);
}

/// Each distinct label word is one row of the directions.
void Readout::list_labels() {
  std::map<std::int32_t, std::int32_t> row_of_id;
  first_.push_back(0);
  for (std::int64_t point : which_) {
    for (std::int32_t id : points_[point].label_ids) {
      const auto [entry, is_new] = row_of_id.try_emplace(id, static_cast<std::int32_t>(label_ids_.size()));
      if (is_new) label_ids_.push_back(id);
      labels_.push_back(entry->second);
    }
    first_.push_back(std::ssize(labels_));
  }
}

void Readout::read(ConstRows x, ConstRows against, std::int64_t n_groups, std::vector<double>& g) const {
  g.resize(labels_.size() * static_cast<std::size_t>(n_groups));
  backend_.read_labels(x, against, n_groups, labels(), g);
}

void Readout::on_embed(ConstRows embed) {
  if (!read_parts_) return;
  read(embed, directions_->direction_rows(), 1, embed_);
  if (model_.config().learned_positions) read_positions();
}

void Readout::read_positions() {
  std::vector<std::int32_t> positions;
  for (std::int64_t point : which_) positions.push_back(static_cast<std::int32_t>(points_[point].position));
  const HostMatrix rows = model_.pos_embed(positions);
  OwnedRows own = backend_.allocate(rows.rows, rows.cols);
  backend_.upload(rows, own.view());
  read(own.view(), directions_->direction_rows(), 1, pos_embed_);
}

/// Writes the points' rows into rows of `array`, at value `at` of each row. Points that are not stored have no row.
void Readout::store(ConstRows rows, std::int64_t at, Array<float>& array) const {
  if (array.empty()) return;
  HostMatrix values(rows.rows, rows.cols);
  backend_.download(rows, values.view());
  const std::int64_t row_size = array.size() / array.dim(0);
  for (std::int64_t i = 0; i < n_points(); ++i) {
    const std::int64_t row = stored_rows_[which_[i]];
    if (row < 0) continue;
    float* to = array.data() + row * row_size + at;
    std::copy_n(values.view().row(i), values.cols, to);
    if (stored_type_ != DType::bf16) continue;
    std::transform(to, to + values.cols, to, [](float v) { return bf16_to_float(float_to_bf16(v)); });
  }
}

void Readout::on_layer(const LayerAtPoints& layer) {
  store(layer.z, layer.layer * layer.z.cols, out_.flat.z);
  if (!read_parts_) return;
  const std::int64_t n_heads = model_.config().n_heads;
  const auto post_scale = [&](std::int64_t i) { return layer.ln1_post_scale.empty() ? 1.0 : layer.ln1_post_scale[i]; };

  std::vector<double>& heads = heads_[layer.layer];
  const std::shared_ptr<const OwnedRows> folded = directions_->folded(layer.weights, layer.layer);
  read(layer.z, folded->view(), n_heads, heads);
  if (splits_heads()) read_sources(layer, folded->view());
  if (weighed_) weighed_->add(layer, folded->view());
  for (std::int64_t i = 0; i < n_points(); ++i)
    for (std::int64_t j = first_[i] * n_heads; j < first_[i + 1] * n_heads; ++j) heads[j] /= post_scale(i);
  read(layer.mlp_out, directions_->direction_rows(), 1, mlps_[layer.layer]);

  if (layer.weights.o_bias.empty()) return;
  const HostMatrix direction = directions_->direction_of(layer.weights);
  for (std::int64_t i = 0; i < n_points(); ++i)
    for (std::int64_t j = first_[i]; j < first_[i + 1]; ++j)
      attn_bias_[j] +=
          dot(layer.weights.o_bias.data(), direction.view().row(labels_[j]), direction.cols) / post_scale(i);
}

/// The results are not yet divided by the final scale, which is not known here.
void Readout::on_expert(const ExpertAtPoints& e) {
  std::vector<std::int32_t> rows;
  std::vector<std::int64_t> first = {0};
  for (const std::int64_t i : e.points) {
    rows.insert(rows.end(), labels_.begin() + first_[i], labels_.begin() + first_[i + 1]);
    first.push_back(std::ssize(rows));
  }
  std::vector<double> g(rows.size());
  backend_.read_labels(e.out, directions_->direction_rows(), 1, {rows, first}, g);
  for (std::int64_t k = 0; k < std::ssize(e.points); ++k) {
    const std::int64_t point = which_[e.points[k]], n_labels = out_.n_labels(point);
    const std::span<float> to = out_.block(out_.flat.experts, point, out_.n_layers * out_.n_experts)
                                    .subspan((e.layer * out_.n_experts + e.expert) * n_labels, n_labels);
    for (std::int64_t y = 0; y < n_labels; ++y) to[y] = static_cast<float>(e.weights[k] * g[first[k] + y]);
  }
}

/// The source of each position that the point sees.
std::vector<std::int32_t> Readout::sources_seen(std::int64_t point) const {
  std::vector<std::int32_t> sources = prompts_[points_[point].prompt].sources;
  sources.resize(points_[point].position + 1, static_cast<std::int32_t>(out_.n_sources - 1));
  return sources;
}

/// The column of each position that the point sees: all of a suffix have one.
std::vector<std::int32_t> Readout::tokens_seen(std::int64_t point) const {
  const auto n_ids = static_cast<std::int32_t>(std::ssize(prompts_[points_[point].prompt].ids));
  std::vector<std::int32_t> columns(points_[point].position + 1);
  std::iota(columns.begin(), columns.end(), 0);
  for (std::int32_t& column : columns) column = std::min(column, n_ids);
  return columns;
}

void Readout::read_sources(const LayerAtPoints& layer, ConstRows folded) {
  std::vector<std::vector<std::int32_t>> sources, tokens;
  for (std::int64_t point : which_) {
    if (out_.n_sources > 0) sources.push_back(sources_seen(point));
    if (out_.n_tokens > 0) tokens.push_back(tokens_seen(point));
  }
  if (out_.n_sources > 0) read_sources(layer, folded, sources, out_.n_sources, out_.flat.by_source);
  if (out_.n_tokens > 0) read_sources(layer, folded, tokens, out_.n_tokens, out_.flat.by_token);
}

/// The results are not yet divided by the final scale, which is not known here.
void Readout::read_sources(const LayerAtPoints& layer, ConstRows folded,
                           std::span<const std::vector<std::int32_t>> sources, std::int64_t n_sources,
                           Array<float>& out) {
  const std::vector<std::span<const std::int32_t>> lists(sources.begin(), sources.end());
  const AttentionAtPoints& a = *layer.attention;
  const std::int64_t per_label = a.shape.n_heads * n_sources;
  std::vector<double> g(labels_.size() * static_cast<std::size_t>(per_label));
  backend_.read_sources(a.shape, a.segments, a.runs, a.q, a.k, a.v, folded, labels(), lists, n_sources, g);
  for (std::int64_t i = 0; i < n_points(); ++i) {
    const double scale = layer.ln1_post_scale.empty() ? 1.0 : layer.ln1_post_scale[i];
    const std::int64_t size = (first_[i + 1] - first_[i]) * per_label;
    float* to = out_.block(out, which_[i], out_.n_layers * per_label).data() + layer.layer * size;
    const double* from = g.data() + first_[i] * per_label;
    for (std::int64_t j = 0; j < size; ++j) to[j] = static_cast<float>(from[j] / scale);
  }
}

void Readout::on_final_residual(ConstRows resid) {
  const OwnedRows normed = norm_final(resid);
  store(normed.view(), 0, out_.flat.hidden);
  write_logits(normed.view());
  if (vocabulary_.is_read()) read_vocabulary(engine_, vocabulary_, normed.view(), points_, which_, out_.vocabulary);
  if (!read_parts_) return;
  std::vector<double> scales(static_cast<std::size_t>(resid.rows));
  backend_.row_scales(model_.config().norm, resid, model_.config().norm_eps, scales);
  for (std::int64_t i = 0; i < n_points(); ++i) {
    write_parts(i, scales[i]);
    write_certificate(which_[i]);
    if (!out_.flat.source_certificate.empty()) scale_splits(which_[i], scales[i]);
  }
  if (weighed_) weighed_->finish(scales);
}

/// The rows that the unembedding multiplies.
OwnedRows Readout::norm_final(ConstRows resid) const {
  const NormWeights& norm = directions_->norm();
  OwnedRows normed = backend_.allocate(resid.rows, resid.cols);
  if (model_.config().norm == NormKind::layer)
    backend_.layer_norm(resid, norm.gain, norm.bias, model_.config().norm_eps, normed.view());
  else
    backend_.rms_norm(resid, norm.gain, model_.config().norm_eps, normed.view());
  return normed;
}

/// Computes the logits as the model does, so that the certificate compares two computations.
void Readout::write_logits(ConstRows normed) {
  std::vector<double> logits;
  read(normed, directions_->unembed_rows(), 1, logits);
  const std::vector<double>& bias = directions_->logit_bias();
  for (std::int64_t i = 0; i < n_points(); ++i)
    std::transform(logits.begin() + first_[i], logits.begin() + first_[i + 1], labels_.begin() + first_[i],
                   out_.block(out_.flat.logits, which_[i], 1).begin(),
                   [&](double v, std::int32_t label) { return static_cast<float>(v + bias[label]); });
}

void Readout::write_parts(std::int64_t i, double scale) {
  const std::int64_t p = which_[i], n_heads = out_.n_heads, n_layers = out_.n_layers, n_labels = out_.n_labels(p);
  const auto heads = out_.block(out_.flat.heads, p, n_layers * n_heads), mlps = out_.block(out_.flat.mlps, p, n_layers),
             embed = out_.block(out_.flat.embed, p, 1), bias = out_.block(out_.flat.bias, p, 1);
  const std::span<float> pos_embed = pos_embed_.empty() ? std::span<float>() : out_.block(out_.flat.pos_embed, p, 1);
  for (std::int64_t y = 0; y < n_labels; ++y) {
    const std::int64_t item = first_[i] + y;
    embed[y] = static_cast<float>(embed_[item] / scale);
    if (!pos_embed_.empty()) pos_embed[y] = static_cast<float>(pos_embed_[item] / scale);
    bias[y] = static_cast<float>(attn_bias_[item] / scale + final_bias_[labels_[item]]);
    for (std::int64_t l = 0; l < n_layers; ++l) {
      mlps[l * n_labels + y] = static_cast<float>(mlps_[l][item] / scale);
      for (std::int64_t h = 0; h < n_heads; ++h)
        heads[(l * n_heads + h) * n_labels + y] = static_cast<float>(heads_[l][item * n_heads + h] / scale);
    }
  }
}

/// max(1, max_y |logit|)
double Readout::size_of_logits(std::int64_t p) const {
  double size = 1;
  for (float logit : std::as_const(out_).block(out_.flat.logits, p, 1)) size = std::max(size, std::abs(double{logit}));
  return size;
}

/// Divides what splits parts by the final scale, and writes by how much it misses them, both as they are stored.
void Readout::scale_splits(std::int64_t p, double scale) {
  Contributions& flat = out_.flat;
  const std::int64_t n_labels = out_.n_labels(p), n_heads = out_.n_layers * out_.n_heads;
  const auto scaled = [&](Array<float>& array, std::int64_t per_label) {
    const std::span<float> own = array.empty() ? std::span<float>() : out_.block(array, p, per_label);
    for (float& g : own) g = static_cast<float>(g / scale);
    return std::span<const float>(own);
  };
  const auto heads = std::as_const(out_).block(flat.heads, p, n_heads);
  double miss = split_miss(scaled(flat.by_source, n_heads * out_.n_sources), heads, n_labels);
  miss = larger_miss(miss, split_miss(scaled(flat.by_token, n_heads * out_.n_tokens), heads, n_labels));
  const auto experts = scaled(flat.experts, out_.n_layers * out_.n_experts);
  const auto mlps = std::as_const(out_).block(flat.mlps, p, out_.n_layers);
  miss = larger_miss(miss, split_miss_of_experts(experts, mlps, out_.has_experts, n_labels));
  flat.source_certificate(p) = static_cast<float>(miss / size_of_logits(p));
}

/// From the values as they are stored: max_y |sum of parts - logit| / max(1, max_y |logit|).
void Readout::write_certificate(std::int64_t p) {
  const std::int64_t n_heads = out_.n_heads, n_layers = out_.n_layers, n_labels = out_.n_labels(p);
  const auto heads = out_.block(out_.flat.heads, p, n_layers * n_heads), mlps = out_.block(out_.flat.mlps, p, n_layers),
             logits = out_.block(out_.flat.logits, p, 1);
  double miss = 0;
  for (std::int64_t y = 0; y < n_labels; ++y) {
    double sum = double{out_.block(out_.flat.embed, p, 1)[y]} + double{out_.block(out_.flat.bias, p, 1)[y]};
    for (std::int64_t l = 0; l < n_layers; ++l) {
      sum += double{mlps[l * n_labels + y]};
      for (std::int64_t h = 0; h < n_heads; ++h) sum += double{heads[(l * n_heads + h) * n_labels + y]};
    }
    const double difference = std::abs(sum - double{logits[y]});
    miss = std::isnan(difference) ? difference : std::max(miss, difference);
  }
  out_.flat.certificate(p) = static_cast<float>(miss / size_of_logits(p));
}

}  // namespace partwise::internal
