#include "decompose/decompose.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "decompose/check.h"
#include "decompose/label_tree.h"
#include "decompose/logit_cap.h"
#include "decompose/memory.h"
#include "decompose/readout.h"
#include "decompose/recording.h"
#include "decompose/weighed_heads.h"
#include "pass/pass.h"
#include "pass/prefix_tree.h"

namespace partwise::internal {

namespace {

using Ids = std::span<const std::int32_t>;

std::vector<Ids> ids_of(std::span<const PromptIds> prompts, std::span<const std::int64_t> which) {
  std::vector<Ids> out;
  for (std::int64_t i : which) out.emplace_back(prompts[i].ids);
  return out;
}

/// Prompts that share a pass, their read points, and their tree.
struct Group {
  std::vector<std::int64_t> prompts, points;
  GrownTree grown;
};

struct Plan {
  std::vector<Group> groups;  // each fits into memory
  std::int64_t n_rows = 0;    // that are computed
  std::int64_t memory = 0;    // needed by the largest group
};

std::vector<std::int64_t> without_failures(std::span<const PromptIds> prompts, const Failures& failures) {
  std::vector<std::int64_t> good;
  for (std::int64_t i = 0; i < std::ssize(prompts); ++i)
    if (!failures.has(i)) good.push_back(i);
  return good;
}

/// The points of each prompt.
std::vector<std::vector<std::int64_t>> points_by_prompt(std::int64_t n_prompts, std::span<const PointOfPrompt> points) {
  std::vector<std::vector<std::int64_t>> by_prompt(static_cast<std::size_t>(n_prompts));
  for (std::int64_t p = 0; p < std::ssize(points); ++p) by_prompt[points[p].prompt].push_back(p);
  return by_prompt;
}

class Planner {
 public:
  Planner(const Engine& engine, std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points,
          const DecomposeOptions& options)
      : engine_(engine),
        prompts_(prompts),
        points_(points),
        options_(options),
        need_(memory_need(engine, prompts, options)),
        points_of_prompt_(points_by_prompt(std::ssize(prompts), points)) {}

  /// `may_know`: rows that are known need not be computed.
  Plan plan(const std::vector<std::int64_t>& which, bool may_know) const {
    std::vector<std::int64_t> extra_rows;
    for (std::int64_t i : which) extra_rows.push_back(extra_rows_of(i));
    Plan plan;
    for (const auto& members : group_prompts(ids_of(prompts_, which), rows_of_group(need_, options_), extra_rows))
      add(plan, members, which, may_know);
    if (!options_.memory_bytes) plan.memory += need_.freed;
    return plan;
  }

 private:
  /// What a prompt's read points take besides its own rows, at most.
  std::int64_t extra_rows_of(std::int64_t prompt) const {
    std::int64_t n = 0;
    for (std::int64_t point : points_of_prompt_[prompt])
      n += need_.rows_per_point() + std::ssize(points_[point].suffix);
    return n;
  }

  void add(Plan& plan, const std::vector<std::int64_t>& members, const std::vector<std::int64_t>& which,
           bool may_know) const {
    Group group;
    for (std::int64_t member : members) group.prompts.push_back(which[member]);
    for (std::int64_t prompt : group.prompts)
      group.points.insert(group.points.end(), points_of_prompt_[prompt].begin(), points_of_prompt_[prompt].end());
    PrefixTree tree = tree_of(group);
    plan.memory = std::max(plan.memory, need_.of_group(tree.n_rows(), std::ssize(group.points)));
    group.grown = may_know ? engine_.known_rows().grow(tree) : GrownTree{std::move(tree), {}};
    plan.n_rows += group.grown.tree.n_new_rows();
    plan.groups.push_back(std::move(group));
  }

  /// The prompts, and after them each with the suffix of a point.
  PrefixTree tree_of(const Group& group) const {
    std::vector<Ids> paths = ids_of(prompts_, group.prompts);
    std::deque<std::vector<std::int32_t>> extended;
    std::map<std::int64_t, std::int64_t> path_of_prompt;
    for (std::int64_t i = 0; i < std::ssize(group.prompts); ++i) path_of_prompt[group.prompts[i]] = i;
    std::vector<std::int64_t> path_of_point;
    for (std::int64_t point : group.points) {
      const PointOfPrompt& p = points_[point];
      path_of_point.push_back(p.suffix.empty() ? path_of_prompt[p.prompt] : std::ssize(paths));
      if (p.suffix.empty()) continue;
      auto& path = extended.emplace_back(prompts_[p.prompt].ids);
      path.insert(path.end(), p.suffix.begin(), p.suffix.end());
      paths.emplace_back(path);
    }
    PrefixTree tree = build_prefix_tree(paths);
    tree.reads.clear();
    for (std::size_t i = 0; i < group.points.size(); ++i)
      tree.reads.push_back(row_of(tree, path_of_point[i], points_[group.points[i]].position));
    return tree;
  }

  const Engine& engine_;
  std::span<const PromptIds> prompts_;
  std::span<const PointOfPrompt> points_;
  const DecomposeOptions& options_;
  MemoryNeed need_;
  std::vector<std::vector<std::int64_t>> points_of_prompt_;
};

Plan make_plan(const Engine& engine, std::span<const PromptIds> prompts, std::span<const PointOfPrompt> points,
               const DecomposeOptions& options, const Failures& failures, bool may_know) {
  return Planner(engine, prompts, points, options).plan(without_failures(prompts, failures), may_know);
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
  void on_embed(ConstRows) override {}
  void on_layer(const LayerAtPoints&) override {}
  void on_final_residual(ConstRows) override {}
};

std::int64_t n_mixtures(const DecomposeOptions& options) {
  return options.mixtures ? options.mixtures->rows.dim(0) : 0;
}

void make_room(WeighedHeads& weighed, std::span<const PromptIds> prompts, const ModelConfig& config) {
  check_weighed(weighed, prompts, config);
  weighed.sums = Array<double>({std::ssize(prompts), weighed.n_sources, weighed.n_labels()});
}

DecomposeStats describe(const Plan& plan, const ModelConfig& config, std::span<const PromptIds> prompts) {
  DecomposeStats stats;
  for (const auto& prompt : prompts) stats.n_prompt_tokens += std::ssize(prompt.ids);
  stats.n_computed_tokens = plan.n_rows;
  for (const Group& group : plan.groups) stats.flops += pass_flops(config, group.grown.tree);
  stats.n_groups = std::ssize(plan.groups);
  stats.memory = plan.memory;
  return stats;
}

}  // namespace

DecomposeStats plan_points(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  const ModelConfig& config = engine.model().config();
  std::vector<PromptFailure> listed;
  DecomposeOptions planned = options;
  if (options.failures) planned.failures = &listed;
  Failures failures(planned);
  check_prompts(prompts, config, n_mixtures(options), failures);
  return describe(make_plan(engine, prompts, points_of(prompts), planned, failures, options.ablated.empty()), config,
                  prompts);
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
  if (have_long_labels(prompts)) return mean_parts(engine, read_at_roots(prompts), parts, options);
  const ModelConfig& config = engine.model().config();
  Failures none({});
  check_prompts(prompts, config, 0, none);
  std::vector<AblatedPart> found = zero_parts(config, parts);
  std::vector<AveragedPart> averaged;
  for (const AblatedPart& part : found) averaged.push_back({part.part, PartMean(std::ssize(part.value))});
  const Plan plan = make_plan(engine, prompts, points_of(prompts), options, none, false);
  NoObserver observer;
  PlanProgress progress{options.progress, plan.n_rows, config.n_layers};
  for (const Group& group : plan.groups)
    run_pass(engine, group.grown, observer, progress.next(group.grown.tree.n_new_rows()), {.averaged = averaged});
  for (std::size_t i = 0; i < found.size(); ++i) found[i].value = averaged[i].mean.mean();
  return found;
}

PointParts decompose_points(const Engine& engine, std::span<const PromptIds> prompts, const DecomposeOptions& options,
                            DecomposeStats* stats) {
  const auto start = std::chrono::steady_clock::now();
  const ModelConfig& config = engine.model().config();
  Failures failures(options);
  check_prompts(prompts, config, n_mixtures(options), failures);
  check_sources(prompts, options);
  if (options.weighed) make_room(*options.weighed, prompts, config);
  const std::vector<PointOfPrompt> points = points_of(prompts);
  const Plan plan = make_plan(engine, prompts, points, options, failures, options.ablated.empty());
  PointParts parts = make_point_parts(config, options, prompts, points);
  PlanProgress progress{options.progress, plan.n_rows, config.n_layers};
  const std::int64_t recorded = options.recording ? options.recording->add_points(std::ssize(points)) : 0;
  for (const Group& group : plan.groups) {
    Readout readout(engine, prompts, points, group.points, options, parts);
    std::optional<Recorder> recorder;
    if (options.recording) recorder.emplace(engine.backend(), readout, *options.recording, recorded, group.points);
    PassObserver& observer = recorder ? static_cast<PassObserver&>(*recorder) : readout;
    run_pass(engine, group.grown, observer, progress.next(group.grown.tree.n_new_rows()), {.ablated = options.ablated});
  }
  if (options.read_parts) check_certificates(parts.flat.certificate, points, kCertificateBound, failures);
  check_source_certificates(parts.flat.source_certificate, points, bound_of_sources(engine.backend().precision()),
                            failures);
  if (!options.before_cap) hold_cap(config, points, parts);
  const std::vector<std::int64_t> rows = stored_rows(prompts, points);
  for (std::int64_t p = 0; p < std::ssize(points); ++p)
    if (failures.has(points[p].prompt)) parts.fill(p, std::numeric_limits<float>::quiet_NaN(), rows[p]);
  if (stats) {
    *stats = describe(plan, config, prompts);
    stats->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return parts;
}

}  // namespace partwise::internal
