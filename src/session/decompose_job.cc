#include "session/decompose_job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "base/version.h"
#include "data/lines.h"
#include "decompose/label_tree.h"
#include "decompose/run_file.h"
#include "formats/checkpoint.h"
#include "formats/safetensors.h"
#include "prompts/prompt_sets.h"
#include "prompts/prompt_traps.h"
#include "prompts/sources.h"
#include "prompts/words.h"
#include "session/label_scores.h"

namespace partwise::internal {

std::vector<PromptIds> ids_of(const PromptSet& set) {
  std::vector<PromptIds> ids;
  for (const Prompt* prompt : prompts_of_all_sets(set)) ids.push_back(ids_of(*prompt));
  return ids;
}

std::int64_t count_prompts(const PromptSet& set) { return n_sets(set) * std::ssize(set.prompts); }

PromptIds ids_of(const Prompt& prompt) {
  PromptIds ids{prompt.ids, prompt.label_ids, {}, true, {}, prompt.label_tokens};
  for (const std::string& option : prompt.options) ids.label_bytes.push_back(std::ssize(trim(option)));
  return ids;
}

std::string hash_of_ids(const PromptSet& set) {
  Sha256 hash;
  const auto add = [&](const auto& numbers) {    // of 32 bits each
    const std::int64_t n = std::ssize(numbers);  // so that no two lists of lists look the same
    hash.update(std::as_bytes(std::span(&n, 1)));
    hash.update(std::as_bytes(std::span(numbers)));
  };
  for (const Prompt* prompt : prompts_of_all_sets(set)) {
    add(prompt->ids);
    add(prompt->label_ids);
    for (const auto& tokens : prompt->label_tokens) add(tokens);
    add(std::vector{prompt->label});
  }
  add(set.split);
  if (n_sets(set) > 1) add(set.demonstration_of);
  return hash.finish();
}

namespace {

void add_model(RunInfo& info, const LoadedModel& loaded) {
  info.set(facts::kModel, loaded.place().name);
  if (!loaded.place().commit.empty()) info.set(facts::kCommit, loaded.place().commit);
  info.set(facts::kFingerprint, loaded.fingerprint());
  info.set(facts::kTokenizer, loaded.tokenizer() ? loaded.tokenizer()->description() : "none");
  if (loaded.tokenizer()) info.set(facts::kTokenizerHash, loaded.tokenizer_hash());
  if (loaded.random_init()) info.set(facts::kRandomInit, *loaded.random_init());
  if (!loaded.allow_unknown().empty()) info.set(facts::kAllowUnknown, loaded.allow_unknown());
}

void add_ablation(RunInfo& info, const ComputeOptions& compute) {
  if (compute.ablate.empty()) return;
  const std::string with = compute.ablate_with_mean ? "mean" : "zero";
  info.set(facts::kAblate, compute.ablate);
  info.set(facts::kAblateWith, with);
  // another one, since no reader of the whole model fits
  info.set(facts::kFingerprint,
           fmt::format("{}-without-{}-{}", info.text(facts::kFingerprint), fmt::join(compute.ablate, ","), with));
}

void add_computation(RunInfo& info, const ComputeOptions& compute) {
  info.set(facts::kPrecision, std::string(name(compute.precision)));
  info.set(facts::kVersion, std::string(version()));
  if (compute.by_token) info.set(facts::kByToken, "yes");
  if (compute.experts) info.set(facts::kExperts, "yes");
  if (compute.score != LabelScore::tree) info.set(facts::kScore, score_word(compute.score));
  if (compute.label_mass) info.set(facts::kLabelMass, "yes");
  const Stored& stored = compute.stored;
  if (!stored.hidden && !stored.z) return;
  info.set(facts::kStore, !stored.z ? "hidden" : !stored.hidden ? "z" : "hidden,z");
  info.set(facts::kStoreAs, std::string(dtype_word(stored.type)));
}

}  // namespace

RunInfo run_info_before_ids(const LoadedModel& loaded, const RunInfo& prompts, const ComputeOptions& compute) {
  RunInfo info = prompts;
  add_model(info, loaded);
  add_ablation(info, compute);
  add_computation(info, compute);
  return info;
}

RunInfo run_info(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute) {
  RunInfo info = run_info_before_ids(loaded, set.info, compute);
  info.set(facts::kPromptIds, hash_of_ids(set));
  if (!set.prompts.empty() && !set.prompts[0].label_tokens.empty()) info.set(facts::kLabelTokens, "several");
  const float cap = loaded.config().logit_cap;
  const bool are_single = compute.score == LabelScore::tree && !info.has(facts::kLabelTokens.key);
  if (cap > 0 && (are_single || compute.score == LabelScore::first)) info.set(facts::kLogitCap, double{cap});
  if (compute.by_source) {
    info.set(facts::kSources, source_names(set));
    info.set(facts::kDemonstrationLabels, set.demonstration_labels);
  }
  const std::vector<Warning> warnings = prompt_warnings(set, loaded.tokenizer());
  if (!warnings.empty()) info.set(facts::kWarnings, warnings);
  return info;
}

bool is_same_run(RunInfo one, RunInfo other) {
  for (RunInfo* info : {&one, &other}) info->erase(facts::kWarnings.key);
  return one == other;
}

std::optional<RunInfo> info_of_run(const std::filesystem::path& path) {
  if (!is_there(path)) return std::nullopt;
  try {
    return RunInfo{SafetensorsFile(path).metadata()};
  } catch (const Error&) {
    return RunInfo();
  }
}

std::string describe_stored(const DecomposeJob& job, const ModelConfig& config) {
  const auto n_prompts = std::ssize(job.prompts);
  const Stored& stored = job.options.stored;
  std::vector<std::string> parts;
  const auto add = [&](const char* name, std::int64_t bytes) {
    if (bytes > 0) parts.push_back(fmt::format("{} ({})", name, format_bytes(static_cast<std::uint64_t>(bytes))));
  };
  const std::int64_t stored_bytes = n_prompts * dtype_info(stored.type).block_bytes;
  add("hidden", stored_bytes * hidden_size(stored, config));
  add("z", stored_bytes * z_size(stored, config));
  const auto reads = is_over_vocabulary(job.options.score) ? LabelTree::Reads::tokens : LabelTree::Reads::forks;
  const std::vector<PromptIds> nodes = read_at_nodes(job.prompts, label_trees(job.prompts, reads));
  const SourceSizes sizes = source_sizes(nodes, job.options, config);
  const std::int64_t label_bytes =
      n_prompts * static_cast<std::int64_t>(job.prompts[0].n_labels()) * static_cast<std::int64_t>(sizeof(float));
  add("by_source", label_bytes * sizes.by_source);
  add("by_token", label_bytes * sizes.by_token);
  add("experts", label_bytes * sizes.experts);
  if (parts.size() < 2) return parts.empty() ? "" : parts[0];
  const auto last = parts.end() - 1;
  return fmt::format("{} and {}", fmt::join(parts.begin(), last, ", "), *last);
}

std::vector<Component> parts_named(const std::vector<std::string>& names, const ModelConfig& config) {
  std::vector<Component> parts;
  for (const std::string& name : names) parts.push_back(parse_component(name));
  zero_parts(config, parts);
  return parts;
}

/// Run::label_ids.
Array<std::int32_t> padded_label_ids(const PromptSet& set) {
  std::size_t longest = 0;
  for (const Prompt& prompt : set.prompts)
    for (const auto& tokens : prompt.label_tokens) longest = std::max(longest, tokens.size());
  if (longest == 0) return {};
  const auto n = std::ssize(set.prompts), n_labels = std::ssize(set.prompts[0].label_tokens);
  Array<std::int32_t> ids({n, n_labels, static_cast<std::int64_t>(longest)}, -1);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t y = 0; y < n_labels; ++y) std::ranges::copy(set.prompts[i].label_tokens[y], &ids(i, y, 0));
  return ids;
}

Run as_run(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute, Contributions parts) {
  Run run;
  run.parts = fold_sets(std::move(parts), n_sets(set));
  run.parts.demonstration_of = set.demonstration_of;
  run.parts.words = words_of(set.prompts);
  for (const Prompt& prompt : set.prompts) run.labels.push_back(prompt.label);
  run.split = set.split;
  run.info = run_info(loaded, set, compute);
  run.stored_type = compute.stored.type;
  run.label_ids = padded_label_ids(set);
  return run;
}

namespace {

/// How a part is split says nothing about the values that replace it. Errors: usage if one is that is left out.
void check_not_ablated(const std::vector<Component>& parts, const ComputeOptions& compute) {
  const bool splits_heads = compute.by_source || compute.by_token;
  const auto split = std::ranges::find_if(
      parts, [&](const Component& part) { return part.is_mlp() ? compute.experts : splits_heads; });
  if (split == parts.end()) return;
  throw Error(ErrorCode::usage, fmt::format("{} is left out and cannot be split", component_name(*split)),
              {"leave parts out, or split them, not both",
               {Setting::ablate, Setting::by_source, Setting::by_token, Setting::experts}});
}

/// Errors: usage if there are several prompt sets, whose sources and tokens differ.
void check_one_set(const PromptSet& set) {
  if (n_sets(set) == 1) return;
  throw Error(ErrorCode::usage, fmt::format("parts cannot be split for {} prompt sets", n_sets(set)),
              {"split the parts of one set, or ask for several sets, not both",
               {{Setting::sets, "1"}, Setting::by_source, Setting::by_token, Setting::experts}});
}

/// Errors: usage if a model without experts is asked for them.
void check_experts(const LoadedModel& loaded) {
  if (loaded.config().experts) return;
  throw Error(ErrorCode::usage, fmt::format("the model has no experts: its architecture is {}", loaded.config().arch),
              {"leave this out", {Setting::experts}});
}

}  // namespace

DecomposeJob decompose_job(const Session& session, const PromptSet& set) {
  return decompose_job(session, set, session.compute());
}

DecomposeJob decompose_job(const Session& session, const PromptSet& set, const ComputeOptions& compute) {
  const LoadedModel& loaded = session.loaded();
  DecomposeJob job{ids_of(set), session.options(), parts_named(compute.ablate, loaded.config())};
  if (compute.experts) check_experts(loaded);
  if (compute.by_source || compute.by_token || compute.experts)
    check_not_ablated(job.without, compute), check_one_set(set);
  job.options.stored = compute.stored;
  job.options.ablated = zero_parts(loaded.config(), job.without);
  job.options.by_token = compute.by_token;
  job.options.experts = compute.experts;
  job.options.score = compute.score;
  job.options.label_mass = compute.label_mass;
  if (!compute.by_source) return job;
  auto sources = token_sources(set, loaded.tokenizer());
  for (std::size_t i = 0; i < sources.size(); ++i) job.prompts[i].sources = std::move(sources[i]);
  job.options.n_sources = std::ssize(source_names(set));
  return job;
}

Run decompose_prompts(const Session& session, const PromptSet& set, const Listener& listener, DecomposeStats* stats) {
  return decompose_prompts(session, set, session.compute(), listener, stats);
}

Run decompose_prompts(const Session& session, const PromptSet& set, const ComputeOptions& compute,
                      const Listener& listener, DecomposeStats* stats) {
  const LoadedModel& loaded = session.loaded();
  DecomposeJob job = decompose_job(session, set, compute);
  const std::string stored = describe_stored(job, loaded.config());
  if (!stored.empty()) listener.say("storing " + stored);
  const bool twice = compute.ablate_with_mean && !job.without.empty();
  job.options.progress = pass_of(listener.progress, 0, twice ? 2 : 1);
  if (twice) {
    job.options.ablated = session.mean_parts(job.prompts, job.without, job.options);
    job.options.progress = pass_of(listener.progress, 1, 2);
  }
  Contributions parts = session.decompose(job.prompts, job.options, stats);
  listener.stop_if_asked();
  return as_run(loaded, set, compute, std::move(parts));
}

float largest_certificate(const Contributions& parts) {
  float largest = std::ranges::max(parts.certificate.flat());
  for (const Contributions& set : parts.other_sets) largest = std::max(largest, largest_certificate(set));
  return largest;
}

void say_written(const Listener& listener, const Run& run, const DecomposeStats& stats,
                 const std::filesystem::path& path) {
  const std::size_t n_sets = 1 + run.parts.other_sets.size();
  listener.say(describe(stats, n_sets * run.labels.size()));
  listener.say(fmt::format("the parts sum to the logits within {:.1e} (certificate); written to {}",
                           largest_certificate(run.parts), path.string()));
  const auto misses = run.parts.source_certificate.flat();
  if (misses.empty()) return;
  listener.say(fmt::format("what parts are split into sums to them within {:.1e}",
                           *std::max_element(misses.begin(), misses.end())));
}

void say_notes(const Listener& listener, const PromptSet& set) {
  for (const std::string& note : set.notes) listener.say(note);
}

void say_too_long(const Listener& listener, const PromptSet& set) {
  if (const auto rows = set.info.find(facts::kTooLong)) listener.say("warning: " + describe(*rows));
}

std::string describe(const DecomposeStats& stats, std::size_t n_prompts) {
  const double rate = stats.seconds > 0 ? static_cast<double>(stats.n_computed_tokens) / stats.seconds : 0;
  return fmt::format("{} prompt{}, {} tokens, {} of them computed in {} ({} tokens/s)",
                     format_count(static_cast<std::int64_t>(n_prompts)), n_prompts == 1 ? "" : "s",
                     format_count(stats.n_prompt_tokens), format_count(stats.n_computed_tokens),
                     format_duration(stats.seconds), format_count(static_cast<std::int64_t>(rate)));
}

}  // namespace partwise::internal
