#include "decompose/logit_cap.h"

#include <algorithm>
#include <vector>

namespace partwise::internal {

namespace {

/// rows[i, y] *= factors[y]
void scale_labels(std::span<float> rows, const std::vector<double>& factors) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(rows[i] * factors[i % factors.size()]);
}

/// max(1, max_y |logit|), in units of which certificates are
double size_of(std::span<const float> logits) {
  double size = 1;
  for (float logit : logits) size = std::max(size, std::abs(double{logit}));
  return size;
}

std::vector<double> caps_of(std::span<const float> logits, std::span<const std::int32_t> ids, const ModelConfig& c) {
  std::vector<double> caps;
  for (std::size_t y = 0; y < logits.size(); ++y)
    caps.push_back(ids[y] < c.d_vocab ? held_cap(logits[y], c.logit_cap) : 1);
  return caps;
}

}  // namespace

void hold_cap(const ModelConfig& config, std::span<const PointOfPrompt> points, PointParts& parts) {
  if (!(config.logit_cap > 0)) return;
  const std::int64_t n_heads = parts.n_layers * parts.n_heads;
  Contributions& flat = parts.flat;
  for (std::int64_t p = 0; p < parts.n_points(); ++p) {
    const std::span<float> logits = parts.block(flat.logits, p, 1);
    const std::vector<double> caps = caps_of(logits, points[p].label_ids, config);
    const double size = size_of(logits);
    const auto scale = [&](Array<float>& array, std::int64_t per_label) {
      if (!array.empty()) scale_labels(parts.block(array, p, per_label), caps);
    };
    scale(flat.heads, n_heads);
    scale(flat.mlps, parts.n_layers);
    for (Array<float>* array : {&flat.embed, &flat.pos_embed, &flat.bias, &flat.logits}) scale(*array, 1);
    scale(flat.by_source, n_heads * parts.n_sources);
    scale(flat.by_token, n_heads * parts.n_tokens);
    scale(flat.experts, parts.n_layers * parts.n_experts);
    const double shrunk = size / size_of(logits);  // no part misses by more than before
    for (Array<float>* array : {&flat.certificate, &flat.source_certificate})
      if (!array->empty()) (*array)(p) = static_cast<float>((*array)(p)*shrunk);
  }
}

}  // namespace partwise::internal
