// The same prompts through every checkpoint of a training run.
#pragma once

#include <string>
#include <vector>

#include "base/listener.h"
#include "prompts/too_long.h"
#include "session/compute_options.h"
#include "session/model_choice.h"

namespace partwise::internal {

struct SeriesCheckpoint {
  std::string label;  // "step1000"
  ModelChoice source;
};
using CheckpointSeries = std::vector<SeriesCheckpoint>;

/// The checkpoints that `form` names, as `--checkpoint-series` takes it (docs/models.md). Errors: those of
/// find_checkpoint_series.
CheckpointSeries open_series(const std::string& form, const std::vector<std::string>& allow_unknown);

/// How `config` first differs from `first` in architecture or sizes: "n_layers is 12, not 6"; empty if it does not.
std::string size_difference(const ModelConfig& first, const ModelConfig& config);

/// "step1000.safetensors"; a label's slashes (refs/pr/1) become hyphens.
std::string run_file_name(const std::string& label);

/// Writes FOLDER/LABEL.safetensors for each checkpoint. `prompts` have no ids yet (PromptChoice::read_texts). The
/// folder is made if it is not there. A run file that exists is kept if its metadata are those of the same run
/// (is_same_run). All checkpoints are opened before the first one is computed. Errors: bad_data naming the checkpoint
/// that cannot be used, has other sizes than the first, or makes other tokens of the prompts; interrupted; those of
/// decompose_prompts.
void decompose_series(const CheckpointSeries& series, const std::string& folder, const PromptSet& prompts,
                      TooLong too_long, const ComputeOptions& compute, const Listener& listener);

}  // namespace partwise::internal
