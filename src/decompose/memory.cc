#include "decompose/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "decompose/label_directions.h"
#include "decompose/vocabulary.h"
#include "decompose/weighed_heads.h"
#include "pass/pass.h"

namespace partwise::internal {

namespace {

constexpr std::int64_t kFloat = sizeof(float), kDouble = sizeof(double);

/// Bytes per prompt, with the copy that is needed to write another type to a run file.
std::int64_t bytes_of_stored(const Stored& stored, const ModelConfig& c) {
  const std::int64_t copy = stored.type == DType::f32 ? 0 : dtype_info(stored.type).block_bytes;
  return (hidden_size(stored, c) + z_size(stored, c)) * (kFloat + copy);
}

/// Bytes per label: its rows of the two matrices that labels are read with, on the host and in the back end, one more
/// row for attention's norm, and the output projections folded into it, which are first in double precision, then on
/// the host.
std::int64_t bytes_of_label(const ModelConfig& c) {
  return 5 * c.d_model * kFloat + c.n_heads * c.d_head * (2 * kFloat + kDouble);
}

/// What prompts have of everything.
struct Sizes {
  Sizes(std::span<const PromptIds> prompts, std::int64_t d_vocab) {
    std::set<std::int32_t> label_ids;
    for (const PointOfPrompt& point : points_of(prompts)) {
      ++n_points;
      has_suffixes |= !point.suffix.empty();
      longest = std::max<std::int64_t>(longest, std::ssize(prompts[point.prompt].ids) + std::ssize(point.suffix));
      n_labels += std::ssize(point.label_ids);
      most_labels = std::max<std::int64_t>(most_labels, std::ssize(point.label_ids));
      const auto is_mixture = [&](std::int32_t id) { return id >= d_vocab; };
      const std::int64_t mixtures = std::ranges::count_if(point.label_ids, is_mixture);
      n_mixtures += mixtures;
      most_mixtures = std::max(most_mixtures, mixtures);
      std::ranges::remove_copy_if(point.label_ids, std::inserter(label_ids, label_ids.end()), is_mixture);
    }
    n_label_ids = std::ssize(label_ids);
  }
  std::int64_t n_points = 0, n_labels = 0, n_label_ids = 0;  // label ids: distinct ones, without mixtures
  std::int64_t n_mixtures = 0;
  std::int64_t most_labels = 0, most_mixtures = 0;  // of a point
  std::int64_t longest = 0;                         // tokens of a prompt, with a suffix
  bool has_suffixes = false;
};

std::string if_any(std::int64_t bytes, std::string_view purpose) {
  return bytes > 0 ? fmt::format(", {} for {}", format_bytes(bytes), purpose) : "";
}

std::string list_of(const MemoryNeed& need) {
  return fmt::format(
      "{} in use already, {} for results, {} for the weights of a layer, {} for threads to work in, {} for the longest "
      "prompt{}",
      format_bytes(need.in_use), format_bytes(need.results), format_bytes(need.weights), format_bytes(need.threads),
      format_bytes(need.least() - need.fixed()),
      if_any(need.known, "keys and values that are kept") + if_any(need.gaps, "gaps between blocks"));
}

std::int64_t contribution_bytes(const ModelConfig& c, std::int64_t n_labels) {
  return ((c.n_components() + 4) * n_labels + 1) * kFloat;
}

/// What splitting MLPs by expert needs. Per point: the results. Per point of a group: a row of each of its experts,
/// which are read one after another, and what is read of it.
void add_experts(MemoryNeed& need, const Sizes& sizes, std::int64_t experts, const ModelConfig& c) {
  need.results += (sizes.n_labels * experts + sizes.n_points) * kFloat;
  need.per_point += c.d_model * kFloat + sizes.most_labels * (kDouble + 2 * kFloat);
}

/// What splitting heads by source or token needs. Per point: the results. Per row: what its values add to each label,
/// and its rounded keys and values. Per point of a group: its query, and one layer's results in double precision.
void add_sources(MemoryNeed& need, const Sizes& sizes, std::span<const PromptIds> prompts,
                 const DecomposeOptions& options, const ModelConfig& c) {
  const auto [by_source, by_token, experts] = source_sizes(prompts, options, c);
  if (experts > 0) add_experts(need, sizes, experts, c);
  if (by_source + by_token == 0) return;
  need.results += sizes.n_labels * (by_source + by_token) * kFloat +
                  sizes.n_points * ((by_token > 0 ? need.longest : 0) + 1) * kFloat;
  need.per_row += c.n_heads * (sizes.n_label_ids + sizes.n_mixtures) * kDouble + 2 * c.n_kv_heads * c.d_head * kFloat;
  need.per_point +=
      c.n_heads * c.d_head * kFloat + sizes.most_labels * std::max(by_source, by_token) / c.n_layers * kDouble;
}

/// What weighing heads needs. Per row and per point: as for a split by source, with more rows that heads are read
/// against. Per point also its sums; and a layer's rows, on the host and in the back end.
void add_weighed(MemoryNeed& need, const Sizes& sizes, const WeighedHeads& weighed, std::int64_t n_prompts,
                 const ModelConfig& c) {
  const std::int64_t n_sources = weighed.n_sources, n_labels = weighed.n_labels();
  const std::int64_t n_rows = sizes.n_label_ids + weighed.n_rows();
  const std::int64_t most_rows = sizes.most_labels + (weighed.reads_outputs() ? n_labels : 0);
  need.results += n_prompts * n_sources * n_labels * kDouble;
  need.constants += 2 * n_rows * c.n_heads * c.d_head * kFloat;
  need.per_row += c.n_heads * n_rows * kDouble + 2 * c.n_kv_heads * c.d_head * kFloat;
  need.per_point += c.n_heads * c.d_head * kFloat + n_sources * (c.n_heads * most_rows + 2 * n_labels) * kDouble +
                    need.longest * static_cast<std::int64_t>(sizeof(std::int32_t));
}

/// What reading the whole vocabulary needs: the logits of some points and one block's of them; the block's rows, which
/// to be mixed are also read, and packed once more.
void add_vocabulary(MemoryNeed& need, const Sizes& sizes, const Engine& engine, const WholeVocabulary& asked) {
  const ModelConfig& c = engine.model().config();
  const std::int64_t n = points_at_once(c, sizes.n_points), block = std::min(kTokensPerBlock, c.d_vocab);
  need.constants += n * (c.d_vocab + block) * kFloat + engine.bytes_of_blocks();
  need.results += sizes.n_points * bytes_of_vocabulary(c, asked);
  if (asked.mixture != Mixture::none) need.constants += 2 * block * c.d_model * kFloat + n * c.d_model * kDouble;
}

/// The rows of a group lie in two large buffers, whose last pages may be nearly empty; the heap has holes, too.
std::int64_t gaps_of(const MemoryNeed& need, std::span<const PromptIds> prompts) {
  std::int64_t n_tokens = 0;
  for (const PromptIds& prompt : prompts) n_tokens += std::ssize(prompt.ids);
  return n_tokens * need.per_row >= 2 * kLargePage ? 3 * kLargePage : 0;
}

}  // namespace

std::int64_t result_bytes(const ModelConfig& c, std::int64_t n_labels, const Stored& stored) {
  const std::int64_t n_stored = hidden_size(stored, c) + z_size(stored, c);
  return contribution_bytes(c, n_labels) + n_stored * dtype_info(stored.type).block_bytes;
}

MemoryNeed memory_need(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  const ModelConfig& c = engine.model().config();
  const Sizes sizes(prompts, c.d_vocab);
  MemoryNeed need;
  need.longest = sizes.longest;
  for (const PromptIds& prompt : prompts)
    need.most_points = std::max<std::int64_t>(need.most_points, std::ssize(prompt.points) + 1);
  need.in_use = options.memory_in_use;
  const std::int64_t per_label = options.read_parts ? c.n_components() + 4 : 1;
  need.results = (sizes.n_labels * per_label + sizes.n_points) * kFloat +
                 count_stored(prompts) * bytes_of_stored(options.stored, c);
  need.weights = engine.bytes_of_next_pass();
  need.known = engine.known_rows().max_bytes() - engine.known_rows().bytes();
  need.threads = bytes_of_threads(c, engine.backend());
  if (options.label_cache) need.constants = bytes_of_directions(c, sizes.n_label_ids);
  need.constants += sizes.n_label_ids * bytes_of_label(c) + 3 * need.longest * c.d_head * kFloat;
  if (options.vocabulary.is_read()) add_vocabulary(need, sizes, engine, options.vocabulary);
  need.per_row = bytes_per_row(c);
  // besides, its contributions in double precision before they are stored, and a normed row for the logits
  need.per_point = bytes_per_point(c) + (c.n_components() + 4) * sizes.most_labels * kDouble + 2 * c.d_model * kFloat +
                   sizes.most_mixtures * bytes_of_label(c);  // a group has the directions of its own mixtures
  add_sources(need, sizes, prompts, options, c);
  if (options.weighed) add_weighed(need, sizes, *options.weighed, std::ssize(prompts), c);
  if (sizes.has_suffixes) need.results *= 2;  // of nodes, then of labels
  need.gaps = gaps_of(need, prompts);
  // M_TRIM_THRESHOLD: twice the largest block that was ever freed
  need.freed = 2 * bytes_of_largest_weight(c, engine.backend());
  return need;
}

std::int64_t rows_of_group(const MemoryNeed& need, const DecomposeOptions& options) {
  if (!options.memory_bytes) return std::max<std::int64_t>(1, kUsualRowBytes / need.per_row);
  if (*options.memory_bytes < need.least()) {
    constexpr std::int64_t kMega = 1'000'000;
    const std::int64_t enough = need.least() / kMega + 2;  // the memory in use differs a little from run to run
    throw Error(ErrorCode::usage,
                fmt::format("{} of memory are not enough: {} are needed ({})", format_bytes(*options.memory_bytes),
                            format_bytes(need.least()), list_of(need)),
                {fmt::format("give {} or more", format_bytes(enough * kMega)),
                 {{Setting::memory, std::to_string(enough * kMega)}}});
  }
  return (*options.memory_bytes - need.fixed()) / need.per_row;
}

}  // namespace partwise::internal
