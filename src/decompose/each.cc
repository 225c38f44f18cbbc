// Prompts that need not have the same number of labels.
#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "decompose/check.h"
#include "decompose/decompose.h"
#include "decompose/label_reads.h"
#include "decompose/memory.h"

namespace partwise::internal {

namespace {

using Indices = std::vector<std::int64_t>;

Indices range(std::int64_t first, std::int64_t n) {
  Indices all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), first);
  return all;
}

/// What each prompt's own contributions take beside those of the pass that they are copied from.
std::int64_t bytes_of_copies(const Engine& engine, std::span<const PromptIds> prompts,
                             const DecomposeOptions& options) {
  const ModelConfig& config = engine.model().config();
  const std::int64_t n_split = source_sizes(prompts, options, config).sum();
  std::int64_t bytes = 0;
  for (const PromptIds& prompt : prompts) {
    const auto n_labels = static_cast<std::int64_t>(prompt.n_labels());
    bytes +=
        result_bytes(config, n_labels, options.stored) + n_labels * n_split * static_cast<std::int64_t>(sizeof(float));
  }
  return bytes;
}

/// One pass over all prompts, each read as decompose() reads it alone.
std::vector<Contributions> decompose_labels(const Engine& engine, std::span<const PromptIds> prompts,
                                            const DecomposeOptions& options, DecomposeStats* stats) {
  std::vector<LabelReads> reads;
  std::vector<PromptIds> read;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const LabelReads& own = reads.emplace_back(prompts.subspan(i, 1), options, engine.model().config());
    read.push_back(own.prompts()[0]);
  }
  DecomposeOptions all = reads[0].options(options);
  all.memory_in_use += bytes_of_copies(engine, prompts, options);
  const PointParts points = decompose_points(engine, read, all, stats);
  std::vector<Contributions> found;
  std::int64_t first_point = 0, first_stored = 0;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const std::int64_t n_points = std::ssize(points_of({&read[i], 1})), n_stored = prompts[i].is_stored ? 1 : 0;
    found.push_back(reads[i].examples(points.select(range(first_point, n_points), range(first_stored, n_stored))));
    first_point += n_points;
    first_stored += n_stored;
  }
  return found;
}

/// A pass over prompts with the same number of labels, taken apart.
std::vector<Contributions> decompose_alike(const Engine& engine, std::span<const PromptIds> prompts,
                                           const DecomposeOptions& options, DecomposeStats* stats) {
  const Contributions parts = decompose(engine, prompts, options, stats);
  std::vector<Contributions> found;
  std::int64_t first_stored = 0;
  for (std::int64_t i = 0; i < std::ssize(prompts); ++i) {
    const std::int64_t n_stored = prompts[i].is_stored ? 1 : 0;
    found.push_back(select_rows(parts, {i}, range(std::exchange(first_stored, first_stored + n_stored), n_stored)));
  }
  return found;
}

/// Indices of prompts that are decomposed together, without those whose labels are wrong.
std::vector<Indices> groups_of(std::span<const PromptIds> prompts, LabelScore score, Failures& failures) {
  std::map<std::size_t, Indices> groups;
  for (std::int64_t i = 0; i < std::ssize(prompts); ++i) {
    if (auto error = wrong_labels(prompts[i], score)) {
      failures.add(i, *std::move(error));
    } else {
      groups[is_over_vocabulary(score) ? prompts[i].n_labels() : 0].push_back(i);
    }
  }
  std::vector<Indices> list;
  for (auto& [n_labels, indices] : groups) list.push_back(std::move(indices));
  return list;
}

DecomposeStats sum_of(const DecomposeStats& a, const DecomposeStats& b) {
  return {a.n_prompt_tokens + b.n_prompt_tokens,
          a.n_computed_tokens + b.n_computed_tokens,
          a.seconds + b.seconds,
          a.flops + b.flops,
          a.n_groups + b.n_groups,
          std::max(a.memory, b.memory)};
}

/// Runs a group. Its prompts' failures, with their numbers among all prompts, are added.
std::vector<Contributions> run_group(const Engine& engine, std::span<const PromptIds> prompts, const Indices& group,
                                     DecomposeOptions options, DecomposeStats& stats, Failures& failures) {
  std::vector<PromptIds> own;
  for (std::int64_t i : group) own.push_back(prompts[i]);
  std::vector<PromptFailure> listed;
  options.failures = &listed;
  const auto decompose_group = is_over_vocabulary(options.score) ? decompose_alike : decompose_labels;
  DecomposeStats own_stats;
  std::vector<Contributions> found = decompose_group(engine, own, options, &own_stats);
  stats = sum_of(stats, own_stats);
  for (PromptFailure& failure : listed) failures.add(group[failure.prompt], std::move(failure.error));
  for (std::size_t k = 0; options.read_parts && k < found.size(); ++k)
    check_sums(found[k], group[k], engine.backend().precision(), failures);
  return found;
}

/// One array of all, joined along its first axis.
template <class T>
Array<T> joined(std::span<const Contributions> all, Array<T> Contributions::*array) {
  Shape shape;
  for (const Contributions& one : all) {
    if ((one.*array).empty()) continue;
    const std::int64_t before = shape.empty() ? 0 : shape[0];
    shape = (one.*array).shape();
    shape[0] += before;
  }
  if (shape.empty()) return {};
  Array<T> out(std::move(shape));
  T* to = out.data();
  for (const Contributions& one : all) to = std::ranges::copy((one.*array).flat(), to).out;
  return out;
}

}  // namespace

std::vector<Contributions> decompose_each(const Engine& engine, std::span<const PromptIds> prompts,
                                          const DecomposeOptions& options, DecomposeStats* stats) {
  check_internal(!options.weighed, "heads are weighed by decompose() alone");
  Failures failures(options);
  const std::vector<Indices> groups = groups_of(prompts, options.score, failures);
  std::vector<Contributions> all(prompts.size());
  DecomposeStats sum;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    DecomposeOptions of_group = options;
    of_group.progress = pass_of(options.progress, static_cast<std::int64_t>(g), std::ssize(groups));
    std::vector<Contributions> found = run_group(engine, prompts, groups[g], of_group, sum, failures);
    for (std::size_t k = 0; k < found.size(); ++k) all[groups[g][k]] = std::move(found[k]);
  }
  if (stats) *stats = sum;
  return all;
}

Contributions join_examples(std::span<const Contributions> all) {
  using C = Contributions;
  Contributions out{joined(all, &C::heads),       joined(all, &C::mlps),
                    joined(all, &C::embed),       joined(all, &C::pos_embed),
                    joined(all, &C::bias),        joined(all, &C::logits),
                    joined(all, &C::certificate), joined(all, &C::hidden),
                    joined(all, &C::z),           joined(all, &C::by_source),
                    joined(all, &C::by_token),    joined(all, &C::token_ids),
                    joined(all, &C::experts),     joined(all, &C::source_certificate),
                    joined(all, &C::log_probs),   joined(all, &C::label_mass)};
  out.logit_cap = all.empty() ? 0 : all[0].logit_cap;
  return out;
}

}  // namespace partwise::internal
