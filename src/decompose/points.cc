#include "decompose/points.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "decompose/gather_rows.h"

namespace partwise::internal {

namespace {

std::int64_t longest_prompt(std::span<const PromptIds> prompts) {
  std::int64_t longest = 0;
  for (const PromptIds& prompt : prompts) longest = std::max<std::int64_t>(longest, std::ssize(prompt.ids));
  return longest;
}

/// How many values heads are split into by token. A suffix has one.
std::int64_t count_token_columns(std::span<const PromptIds> prompts) {
  const auto has_suffix = [](const PromptIds& prompt) {
    return std::ranges::any_of(prompt.points, [](const ReadPoint& point) { return !point.suffix.empty(); });
  };
  return longest_prompt(prompts) + (std::ranges::any_of(prompts, has_suffix) ? 1 : 0);
}

/// The prompt's ids up to the point; all of them if it lies outside.
std::span<const std::int32_t> ids_seen(std::span<const PromptIds> prompts, const PointOfPrompt& point) {
  const std::vector<std::int32_t>& ids = prompts[point.prompt].ids;
  const bool is_inside = point.position >= 0 && point.position < std::ssize(ids);
  return std::span(ids).first(is_inside ? static_cast<std::size_t>(point.position + 1) : ids.size());
}

/// The ids that each point sees, kSuffixToken for its suffix, and -1 after the last.
Array<std::int32_t> padded_ids(std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points,
                               std::int64_t n_columns) {
  Array<std::int32_t> ids({std::ssize(points), n_columns}, -1);
  for (std::int64_t p = 0; p < std::ssize(points); ++p) {
    const auto end = std::ranges::copy(ids_seen(prompts, points[p]), ids.flat().begin() + p * n_columns).out;
    if (!points[p].suffix.empty()) *end = kSuffixToken;
  }
  return ids;
}

/// The blocks of some points, one after another.
Array<float> blocks_of(const PointParts& parts, const Array<float>& array, std::span<const std::int64_t> points,
                       std::int64_t per_label) {
  if (array.empty()) return {};
  std::int64_t n_labels = 0;
  for (std::int64_t p : points) n_labels += parts.n_labels(p);
  Array<float> out({n_labels * per_label});
  float* to = out.data();
  for (std::int64_t p : points) to = std::ranges::copy(parts.block(array, p, per_label), to).out;
  return out;
}

}  // namespace

std::vector<PointOfPrompt> points_of(std::span<const PromptIds> prompts) {
  std::vector<PointOfPrompt> points;
  for (std::int64_t i = 0; i < std::ssize(prompts); ++i) {
    for (const ReadPoint& point : prompts[i].points)
      points.push_back({i, point.position, point.label_ids, point.suffix, point.of_labels});
    if (!prompts[i].label_ids.empty()) points.push_back({i, std::ssize(prompts[i].ids) - 1, prompts[i].label_ids});
  }
  return points;
}

std::int64_t hidden_size(const Stored& stored, const ModelConfig& config) { return stored.hidden ? config.d_model : 0; }

std::int64_t z_size(const Stored& stored, const ModelConfig& config) {
  return stored.z ? config.n_layers * config.n_heads * config.d_head : 0;
}

SourceSizes source_sizes(std::span<const PromptIds> prompts, const DecomposeOptions& options, const ModelConfig& c) {
  const std::int64_t size = c.n_layers * c.n_heads;
  return {size * options.n_sources, options.by_token ? size * count_token_columns(prompts) : 0,
          options.experts ? c.n_layers * c.experts->n_experts : 0};
}

std::int64_t count_stored(std::span<const PromptIds> prompts) {
  const std::vector<std::int64_t> rows = stored_rows(prompts, points_of(prompts));
  return std::ssize(rows) - std::ranges::count(rows, -1);
}

std::vector<std::int64_t> stored_rows(std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points) {
  std::vector<std::int64_t> rows;
  std::int64_t n = 0;
  for (const PointOfPrompt& point : points)
    rows.push_back(prompts[point.prompt].is_stored && point.suffix.empty() ? n++ : -1);
  return rows;
}

PointParts make_point_parts(const ModelConfig& c, const DecomposeOptions& options, std::span<const PromptIds> prompts,
                            std::span<const PointOfPrompt> points) {
  PointParts parts{.n_layers = c.n_layers,
                   .n_heads = c.n_heads,
                   .d_head = c.d_head,
                   .d_model = c.d_model,
                   .n_sources = options.n_sources,
                   .first_label = {0}};
  parts.vocabulary = VocabularyAtPoints(c, options.vocabulary, std::ssize(points));
  for (const PointOfPrompt& point : points)
    parts.first_label.push_back(parts.first_label.back() + std::ssize(point.label_ids));
  const std::int64_t n = std::ssize(points), n_labels = parts.first_label.back(), n_stored = count_stored(prompts);
  Contributions& flat = parts.flat;
  flat.logits = Array<float>({n_labels});
  flat.certificate = Array<float>({n});
  if (options.stored.hidden && n_stored > 0) flat.hidden = Array<float>({n_stored, c.d_model});
  if (options.stored.z && n_stored > 0) flat.z = Array<float>({n_stored, c.n_layers, c.n_heads, c.d_head});
  if (!options.read_parts) return parts;
  flat.heads = Array<float>({n_labels * c.n_layers * c.n_heads});
  flat.mlps = Array<float>({n_labels * c.n_layers});
  flat.embed = flat.bias = Array<float>({n_labels});
  if (c.learned_positions) flat.pos_embed = Array<float>({n_labels});
  const SourceSizes sizes = source_sizes(prompts, options, c);
  if (sizes.by_source > 0) flat.by_source = Array<float>({n_labels * sizes.by_source});
  if (sizes.by_token > 0) {
    parts.n_tokens = count_token_columns(prompts);
    flat.by_token = Array<float>({n_labels * sizes.by_token});
    flat.token_ids = padded_ids(prompts, points, parts.n_tokens);
  }
  if (sizes.experts > 0) {
    parts.n_experts = c.experts->n_experts;
    for (std::int64_t l = 0; l < c.n_layers; ++l) parts.has_experts.push_back(c.has_experts(l));
    flat.experts = Array<float>({n_labels * sizes.experts});
  }
  if (sizes.sum() > 0) flat.source_certificate = Array<float>({n});
  return parts;
}

std::span<float> PointParts::block(Array<float>& array, std::int64_t point, std::int64_t per_label) {
  return array.flat().subspan(static_cast<std::size_t>(first_label[point] * per_label),
                              static_cast<std::size_t>(n_labels(point) * per_label));
}

std::span<const float> PointParts::block(const Array<float>& array, std::int64_t point, std::int64_t per_label) const {
  if (array.empty()) return {};
  return array.flat().subspan(static_cast<std::size_t>(first_label[point] * per_label),
                              static_cast<std::size_t>(n_labels(point) * per_label));
}

void PointParts::fill(std::int64_t p, float value, std::int64_t stored_row) {
  const std::int64_t n_parts = n_layers * n_heads;
  const auto set = [&](Array<float>& array, std::int64_t per_label) {
    if (!array.empty()) std::ranges::fill(block(array, p, per_label), value);
  };
  set(flat.heads, n_parts);
  set(flat.mlps, n_layers);
  for (Array<float>* array : {&flat.embed, &flat.pos_embed, &flat.bias, &flat.logits}) set(*array, 1);
  set(flat.by_source, n_parts * n_sources);
  set(flat.by_token, n_parts * n_tokens);
  set(flat.experts, n_layers * n_experts);
  flat.certificate(p) = value;
  vocabulary.fill(p, value);
  if (!flat.source_certificate.empty()) flat.source_certificate(p) = value;
  for (Array<float>* array : {&flat.hidden, &flat.z}) {
    if (array->empty() || stored_row < 0) continue;
    const std::int64_t size = array->size() / array->dim(0);
    std::ranges::fill(array->flat().subspan(stored_row * size, size), value);
  }
}

PointParts PointParts::select(std::span<const std::int64_t> points, std::span<const std::int64_t> stored) const {
  PointParts some{n_layers, n_heads, d_head, d_model, n_sources, n_tokens, n_experts, has_experts, {0}, {}, {}};
  for (std::int64_t p : points) {
    some.first_label.push_back(some.first_label.back() + n_labels(p));
    if (!vocabulary.log_sum_exp.empty()) some.vocabulary.log_sum_exp.push_back(vocabulary.log_sum_exp[p]);
  }
  const std::int64_t n_parts = n_layers * n_heads;
  const auto blocks = [&](const Array<float>& array, std::int64_t per_label) {
    return blocks_of(*this, array, points, per_label);
  };
  some.flat.heads = blocks(flat.heads, n_parts);
  some.flat.mlps = blocks(flat.mlps, n_layers);
  some.flat.embed = blocks(flat.embed, 1);
  some.flat.pos_embed = blocks(flat.pos_embed, 1);
  some.flat.bias = blocks(flat.bias, 1);
  some.flat.logits = blocks(flat.logits, 1);
  some.flat.certificate = gather_rows(flat.certificate, points);
  if (!stored.empty()) some.flat.hidden = gather_rows(flat.hidden, stored);
  if (!stored.empty()) some.flat.z = gather_rows(flat.z, stored);
  some.flat.by_source = blocks(flat.by_source, n_parts * n_sources);
  some.flat.by_token = blocks(flat.by_token, n_parts * n_tokens);
  some.flat.experts = blocks(flat.experts, n_layers * n_experts);
  some.flat.token_ids = gather_rows(flat.token_ids, points);
  some.flat.source_certificate = gather_rows(flat.source_certificate, points);
  return some;
}

Contributions PointParts::at(std::int64_t p, std::int64_t stored_row) const {
  const std::span<const std::int64_t> stored(&stored_row, stored_row >= 0 ? 1 : 0);
  return select(std::span(&p, 1), stored).as_examples();
}

Contributions PointParts::as_examples() && {
  const std::int64_t n = n_points(), y = n > 0 ? n_labels(0) : 0;
  for (std::int64_t p = 0; p < n; ++p) check_internal(n_labels(p) == y, "all points have the same number of labels");
  const auto give = [](Array<float>& array, Shape shape) {
    if (!array.empty()) array = std::move(array).reshaped(std::move(shape));
  };
  give(flat.heads, {n, n_layers, n_heads, y});
  give(flat.mlps, {n, n_layers, y});
  for (Array<float>* array : {&flat.embed, &flat.pos_embed, &flat.bias, &flat.logits}) give(*array, {n, y});
  give(flat.by_source, {n, n_layers, n_heads, n_sources, y});
  give(flat.by_token, {n, n_layers, n_heads, n_tokens, y});
  give(flat.experts, {n, n_layers, n_experts, y});
  return std::move(flat);
}

}  // namespace partwise::internal
