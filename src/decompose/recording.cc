#include "decompose/recording.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "decompose/check.h"
#include "decompose/logit_cap.h"
#include "decompose/readout.h"

namespace partwise::internal {

PointRecording::PointRecording(const ModelConfig& c) {
  embed_.width = resid_.width = c.d_model;
  z_.resize(static_cast<std::size_t>(c.n_layers));
  mlp_out_.resize(z_.size());
  for (Shown& z : z_) z.width = c.n_heads * c.d_head;
  for (Shown& out : mlp_out_) out.width = c.d_model;
}

std::int64_t PointRecording::bytes_per_point(const ModelConfig& c) {
  const std::int64_t per_layer = c.n_heads * c.d_head + c.d_model;
  return (2 * c.d_model + c.n_layers * per_layer) * std::int64_t{sizeof(float)};
}

std::int64_t PointRecording::add_points(std::int64_t n) {
  const std::int64_t first = n_points_;
  n_points_ += n;
  const auto grow = [&](Shown& shown) {
    shown.values.resize(static_cast<std::size_t>(n_points_ * shown.width));
    shown.scales.resize(static_cast<std::size_t>(n_points_), 1);
  };
  grow(embed_), grow(resid_);
  for (auto* layers : {&z_, &mlp_out_}) std::ranges::for_each(*layers, grow);
  return first;
}

void Recorder::keep(ConstRows rows, PointRecording::Shown& shown) {
  HostMatrix values(rows.rows, rows.cols);
  backend_.download(rows, values.view());
  for (std::int64_t i = 0; i < rows.rows; ++i)
    std::copy_n(values.view().row(i), shown.width, shown.values.data() + (first_ + which_[i]) * shown.width);
}

void Recorder::on_embed(ConstRows embed) {
  keep(embed, recording_.embed_);
  next_.on_embed(embed);
}

void Recorder::on_layer(const LayerAtPoints& layer) {
  PointRecording::Shown& z = recording_.z_[layer.layer];
  keep(layer.z, z);
  keep(layer.mlp_out, recording_.mlp_out_[layer.layer]);
  for (std::size_t i = 0; i < layer.ln1_post_scale.size(); ++i) z.scales[first_ + which_[i]] = layer.ln1_post_scale[i];
  next_.on_layer(layer);
}

void Recorder::on_final_residual(ConstRows resid) {
  keep(resid, recording_.resid_);
  next_.on_final_residual(resid);
}

PointParts read_recorded(const Engine& engine, const PointRecording& recording, std::span<const std::int64_t> which,
                         std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  const std::vector<PointOfPrompt> points = points_of(prompts);
  check_internal(points.size() == which.size() && !options.splits_parts(),
                 "every point was recorded, and parts are not split");
  const auto rows = [&](const PointRecording::Shown& shown) {
    HostMatrix values(std::ssize(which), shown.width);
    for (std::int64_t i = 0; i < values.rows; ++i)
      std::copy_n(shown.values.data() + which[i] * shown.width, shown.width, values.view().row(i));
    OwnedRows uploaded = engine.backend().allocate(values.rows, values.cols);
    engine.backend().upload(values, uploaded.view());
    return uploaded;
  };
  std::vector<std::int64_t> all(points.size());
  std::iota(all.begin(), all.end(), 0);
  PointParts parts = make_point_parts(engine.model().config(), options, prompts, points);
  Readout readout(engine, prompts, points, all, options, parts);
  readout.on_embed(rows(recording.embed_).view());
  for (std::int64_t l = 0; l < std::ssize(recording.z_) && options.read_parts; ++l) {
    const std::shared_ptr<const Layer> layer = engine.layer(l);
    std::vector<double> scales;
    if (layer->weights.ln1_post)
      for (std::int64_t point : which) scales.push_back(recording.z_[l].scales[point]);
    const OwnedRows z = rows(recording.z_[l]), mlp_out = rows(recording.mlp_out_[l]);
    readout.on_layer({l, layer->weights, z.view(), scales, mlp_out.view(), nullptr});
  }
  readout.on_final_residual(rows(recording.resid_).view());
  Failures failures({});
  if (options.read_parts) check_certificates(parts.flat.certificate, points, kCertificateBound, failures);
  hold_cap(engine.model().config(), points, parts);
  return parts;
}

}  // namespace partwise::internal
