// A decomposition of prompts, with a record of its model, prompts and settings.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/listener.h"
#include "decompose/decompose.h"
#include "prompts/prompts.h"
#include "session/compute_options.h"
#include "session/loaded_model.h"
#include "session/session.h"

namespace partwise::internal {

/// The ids of each prompt and of its label words; of several prompt sets, in the order of prompts_of_all_sets.
/// PromptIds::sources stay empty.
std::vector<PromptIds> ids_of(const PromptSet& set);
PromptIds ids_of(const Prompt& prompt);

/// How many prompts all sets have.
std::int64_t count_prompts(const PromptSet& set);

/// The input of decompose().
struct DecomposeJob {
  std::vector<PromptIds> prompts;
  DecomposeOptions options;
  std::vector<Component> without;  // the parts that are ablated
};
/// Errors: those of parts_named; those of token_sources if heads are split by source; usage if heads are split and
/// some are ablated, or there are several prompt sets.
DecomposeJob decompose_job(const Session& session, const PromptSet& set);
/// The same for one job of many: `compute` says what is stored, split and ablated, in place of session.compute().
DecomposeJob decompose_job(const Session& session, const PromptSet& set, const ComputeOptions& compute);

/// SHA-256 over the ids of all prompts and options, the labels and the split, of all prompt sets.
std::string hash_of_ids(const PromptSet& set);

/// What a run file says about the model, the prompts and how it was made: `facts` (decompose/run_info.h and prompts/).
RunInfo run_info(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute);
/// The same before the prompts have ids, for heads that are not split: `prompts` with what is known of the model and of
/// the computation.
RunInfo run_info_before_ids(const LoadedModel& loaded, const RunInfo& prompts, const ComputeOptions& compute);

/// Whether two runs have the same prompts, model and settings. Their warnings may differ.
bool is_same_run(RunInfo one, RunInfo other);

/// What a run file says. nullopt: there is no such file. Empty: it cannot be read.
std::optional<RunInfo> info_of_run(const std::filesystem::path& path);

/// What a run file holds besides contributions: "hidden (1.2 MB) and z (34.6 MB)"; "" if there is nothing.
std::string describe_stored(const DecomposeJob& job, const ModelConfig& config);

/// Errors: usage for a name that is not a part's name, or that names a part that the model does not have.
std::vector<Component> parts_named(const std::vector<std::string>& names, const ModelConfig& config);

/// `parts`, which hold all prompts of ids_of(set), as a run, with everything else that a run file holds.
Run as_run(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute, Contributions parts);

/// Runs the prompts. First says what is stored besides contributions. Errors: those of decompose_job and decompose();
/// what the listener throws.
Run decompose_prompts(const Session& session, const PromptSet& set, const Listener& listener, DecomposeStats* stats);
/// The same with `compute` as in decompose_job.
Run decompose_prompts(const Session& session, const PromptSet& set, const ComputeOptions& compute,
                      const Listener& listener, DecomposeStats* stats);

/// The largest certificate of all examples, in all prompt sets.
float largest_certificate(const Contributions& parts);

/// Says how a run went that was written to `path`: prompts and time, then the largest error of the parts' sum.
void say_written(const Listener& listener, const Run& run, const DecomposeStats& stats,
                 const std::filesystem::path& path);

/// Says the notes on the prompts' rows (PromptSet::notes).
void say_notes(const Listener& listener, const PromptSet& set);

/// Says what was done to rows that did not fit into the model's context, if there are any.
void say_too_long(const Listener& listener, const PromptSet& set);

/// "340 prompts, 50,475 tokens, 7,498 of them computed in 4.2 s (1,785 tokens/s)"
std::string describe(const DecomposeStats& stats, std::size_t n_prompts);

}  // namespace partwise::internal
