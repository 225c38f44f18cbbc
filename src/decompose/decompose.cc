#include "decompose/decompose.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "decompose/memory.h"
#include "decompose/readout.h"
#include "pass/pass.h"
#include "pass/prefix_tree.h"

namespace partwise::internal {

namespace {

using Ids = std::span<const std::int32_t>;

void check_ids(Ids ids, std::int64_t d_vocab, std::size_t prompt) {
  for (std::int32_t id : ids)
    if (id < 0 || id >= d_vocab)
      throw Error(ErrorCode::bad_data,
                  fmt::format("prompt {}: token id {} is outside the vocabulary of {}", prompt + 1, id, d_vocab));
}

void check_sources(std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  for (const PromptIds& prompt : prompts)
    check_internal(options.n_sources == 0 || prompt.sources.size() == prompt.ids.size(), "every id has a source");
  if (options.n_sources == 0 && !options.by_token) return;
  for (const AblatedPart& part : options.ablated)
    if (!part.part.is_mlp())
      throw Error(ErrorCode::usage, fmt::format("{} is left out and cannot be split", component_name(part.part)),
                  "split heads in a run that leaves out only MLPs, or nothing");
}

void check_prompts(std::span<const PromptIds> prompts, const ModelConfig& c) {
  if (prompts.empty()) throw Error(ErrorCode::bad_data, "there are no prompts");
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto& ids = prompts[i].ids;
    const auto& label_ids = prompts[i].label_ids;
    if (ids.empty()) throw Error(ErrorCode::bad_data, fmt::format("prompt {} is empty", i + 1));
    if (std::ssize(ids) > c.n_ctx)
      throw Error(ErrorCode::bad_data,
                  fmt::format("prompt {} is {} tokens long, the model's context is {}", i + 1, ids.size(), c.n_ctx),
                  "shorten the text or use fewer demonstrations");
    if (label_ids.size() < 2 || label_ids.size() != prompts[0].label_ids.size())
      throw Error(ErrorCode::bad_data,
                  fmt::format("prompt {} has {} labels; at least two are needed, the same number for every prompt",
                              i + 1, label_ids.size()));
    check_ids(ids, c.d_vocab, i);
    check_ids(label_ids, c.d_vocab, i);
  }
}

std::vector<Ids> ids_of(std::span<const PromptIds> prompts, std::span<const std::int64_t> which) {
  std::vector<Ids> out;
  for (std::int64_t i : which) out.emplace_back(prompts[i].ids);
  return out;
}

std::vector<Ids> all_ids(std::span<const PromptIds> prompts) {
  std::vector<Ids> out;
  for (const auto& prompt : prompts) out.emplace_back(prompt.ids);
  return out;
}

/// One prefix tree per group of prompts; each group fits into memory.
struct Plan {
  std::vector<std::vector<std::int64_t>> groups;
  std::vector<GrownTree> trees;
  std::int64_t n_rows = 0;  // that are computed
  std::int64_t memory = 0;  // needed by the largest group
};

/// `may_know`: rows that are known need not be computed.
Plan make_plan(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options,
               bool may_know) {
  const MemoryNeed need = memory_need(engine, prompts, options);
  Plan plan;
  plan.groups = group_prompts(all_ids(prompts), rows_of_group(need, options), need.rows_per_prompt());
  for (const auto& group : plan.groups) {
    PrefixTree tree = build_prefix_tree(ids_of(prompts, group));
    plan.memory = std::max(plan.memory, need.of_group(tree.n_rows(), std::ssize(group)));
    plan.trees.push_back(may_know ? engine.known_rows().grow(tree) : GrownTree{std::move(tree), {}});
    plan.n_rows += plan.trees.back().tree.n_new_rows();
  }
  if (!options.memory_bytes) plan.memory += need.freed;
  return plan;
}

/// Reports the progress of the groups' passes, one after the other, as progress of the whole.
struct PlanProgress {
  const ProgressFn& whole;
  std::int64_t rows_all, n_layers;
  std::int64_t rows_begun = 0;

  ProgressFn next(std::int64_t n_rows) {
    const std::int64_t before = std::exchange(rows_begun, rows_begun + n_rows);
    if (!whole) return {};
    return [=, this](const Progress& p) {
      whole({p.stage, before * n_layers + p.done, rows_all * n_layers, p.units_per_token});
    };
  }
};

class NoObserver : public PassObserver {
  void on_embed(ConstMatrix) override {}
  void on_layer(const LayerAtEnds&) override {}
  void on_final_residual(ConstMatrix) override {}
};

std::int64_t longest_prompt(std::span<const PromptIds> prompts) {
  return std::ssize(std::ranges::max_element(prompts, {}, [](const PromptIds& p) { return p.ids.size(); })->ids);
}

/// The prompts' ids, with -1 after their ends.
Array<std::int32_t> padded_ids(std::span<const PromptIds> prompts) {
  const std::int64_t longest = longest_prompt(prompts);
  Array<std::int32_t> ids({std::ssize(prompts), longest}, -1);
  for (std::size_t i = 0; i < prompts.size(); ++i) std::ranges::copy(prompts[i].ids, ids.flat().begin() + i * longest);
  return ids;
}

/// Makes room for heads that are split by source or token.
void allocate_sources(Contributions& parts, const ModelConfig& c, const DecomposeOptions& options,
                      std::span<const PromptIds> prompts) {
  const std::int64_t n = std::ssize(prompts), n_labels = parts.n_labels();
  if (options.n_sources > 0) parts.by_source = Array<float>({n, c.n_layers, c.n_heads, options.n_sources, n_labels});
  if (options.by_token) {
    parts.token_ids = padded_ids(prompts);
    parts.by_token = Array<float>({n, c.n_layers, c.n_heads, parts.token_ids.dim(1), n_labels});
  }
  if (!parts.by_source.empty() || !parts.by_token.empty()) parts.source_certificate = Array<float>({n});
}

Contributions allocate(const ModelConfig& c, const DecomposeOptions& options, std::span<const PromptIds> prompts) {
  const std::int64_t n = std::ssize(prompts), n_labels = std::ssize(prompts[0].label_ids);
  const std::int64_t n_stored = count_stored(prompts);
  Contributions parts;
  parts.heads = Array<float>({n, c.n_layers, c.n_heads, n_labels});
  parts.mlps = Array<float>({n, c.n_layers, n_labels});
  parts.embed = Array<float>({n, n_labels});
  parts.bias = Array<float>({n, n_labels});
  parts.logits = Array<float>({n, n_labels});
  parts.certificate = Array<float>({n});
  if (options.read_parts) allocate_sources(parts, c, options, prompts);
  if (options.stored.hidden && n_stored > 0) parts.hidden = Array<float>({n_stored, c.d_model});
  if (options.stored.z && n_stored > 0) parts.z = Array<float>({n_stored, c.n_layers, c.n_heads, c.d_head});
  return parts;
}

void check_certificate(const Contributions& parts, double bound) {
  for (std::int64_t i = 0; i < parts.n_examples(); ++i)
    if (!(parts.certificate(i) <= bound))  // a NaN fails as well
      throw Error(ErrorCode::failure,
                  fmt::format("the parts of prompt {} miss its logits by {:.3g}, more than the bound of {:.0e}", i + 1,
                              parts.certificate(i), bound),
                  {"the model's weights may hold values that are not finite; inspecting it shows what it is made of",
                   {Step::inspect}});
}

void check_source_certificate(const Contributions& parts, double bound) {
  for (std::int64_t i = 0; i < parts.source_certificate.size(); ++i)
    if (!(parts.source_certificate(i) <= bound))
      throw Error(ErrorCode::failure,
                  fmt::format("what a head of prompt {} reads misses its part by {:.3g}, more than the bound of {:.0e}",
                              i + 1, parts.source_certificate(i), bound));
}

DecomposeStats describe(const Plan& plan, const ModelConfig& config, std::span<const PromptIds> prompts) {
  DecomposeStats stats;
  for (const auto& prompt : prompts) stats.n_prompt_tokens += std::ssize(prompt.ids);
  stats.n_computed_tokens = plan.n_rows;
  for (const GrownTree& grown : plan.trees) stats.flops += pass_flops(config, grown.tree);
  stats.n_groups = std::ssize(plan.groups);
  stats.memory = plan.memory;
  return stats;
}

}  // namespace

std::int64_t hidden_size(const Stored& stored, const ModelConfig& config) { return stored.hidden ? config.d_model : 0; }

std::int64_t z_size(const Stored& stored, const ModelConfig& config) {
  return stored.z ? config.n_layers * config.n_heads * config.d_head : 0;
}

SourceSizes source_sizes(std::span<const PromptIds> prompts, const DecomposeOptions& options, const ModelConfig& c) {
  const std::int64_t size = c.n_layers * c.n_heads * std::ssize(prompts[0].label_ids);
  return {size * options.n_sources, options.by_token ? size * longest_prompt(prompts) : 0};
}

std::int64_t count_stored(std::span<const PromptIds> prompts) {
  return std::ranges::count(prompts, true, &PromptIds::is_stored);
}

DecomposeStats plan_decompose(const Engine& engine, std::span<const PromptIds> prompts,
                              const DecomposeOptions& options) {
  const ModelConfig& config = engine.model().config();
  check_prompts(prompts, config);
  return describe(make_plan(engine, prompts, options, options.ablated.empty()), config, prompts);
}

std::vector<AblatedPart> zero_parts(const ModelConfig& c, std::span<const Component> parts) {
  std::vector<AblatedPart> zero;
  for (const Component& part : parts) {
    if (part.layer < 0 || part.layer >= c.n_layers || part.head >= c.n_heads)
      throw Error(ErrorCode::usage, fmt::format("the model has no part {}", component_name(part)),
                  fmt::format("it has {} layers of {} heads, counted from 0", c.n_layers, c.n_heads));
    const auto size = static_cast<std::size_t>(part.is_mlp() ? c.d_model : c.d_head);
    zero.push_back({part, std::vector<float>(size)});
  }
  return zero;
}

std::vector<AblatedPart> mean_parts(const Engine& engine, std::span<const PromptIds> prompts,
                                    std::span<const Component> parts, const DecomposeOptions& options) {
  const ModelConfig& config = engine.model().config();
  check_prompts(prompts, config);
  std::vector<AblatedPart> found = zero_parts(config, parts);
  std::vector<AveragedPart> averaged;
  for (const AblatedPart& part : found) averaged.push_back({part.part, PartMean(std::ssize(part.value))});
  const Plan plan = make_plan(engine, prompts, options, false);
  NoObserver observer;
  PlanProgress progress{options.progress, plan.n_rows, config.n_layers};
  for (const GrownTree& grown : plan.trees)
    run_pass(engine, grown, observer, progress.next(grown.tree.n_new_rows()), {.averaged = averaged});
  for (std::size_t i = 0; i < found.size(); ++i) found[i].value = averaged[i].mean.mean();
  return found;
}

Contributions decompose(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options,
                        DecomposeStats* stats) {
  const auto start = std::chrono::steady_clock::now();
  const ModelConfig& config = engine.model().config();
  check_prompts(prompts, config);
  check_sources(prompts, options);
  const Plan plan = make_plan(engine, prompts, options, options.ablated.empty());
  Contributions parts = allocate(config, options, prompts);
  PlanProgress progress{options.progress, plan.n_rows, config.n_layers};
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    Readout readout(engine, prompts, plan.groups[i], options, parts);
    run_pass(engine, plan.trees[i], readout, progress.next(plan.trees[i].tree.n_new_rows()),
             {.ablated = options.ablated});
  }
  if (options.read_parts) check_certificate(parts, kCertificateBound);
  // A head is read from rounded z, its sources are not: they differ by up to 2^-9 of z. The parts still sum to the
  // logits.
  const double coarser = engine.backend().precision() == Precision::bf16 ? 200 : 1;
  check_source_certificate(parts, coarser * kCertificateBound);
  if (stats) {
    *stats = describe(plan, config, prompts);
    stats->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return parts;
}

}  // namespace partwise::internal
