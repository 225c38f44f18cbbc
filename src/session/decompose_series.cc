#include "session/decompose_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "decompose/run_file.h"
#include "hub/checkpoint_series.h"
#include "prompts/prompt_traps.h"
#include "session/decompose_job.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// Throws `error` with the checkpoint's label in front: a path in a cache shows a commit, not a step.
[[noreturn]] void fail_at(const std::string& label, const Error& error) {
  throw Error(error.code(), fmt::format("checkpoint {}: {}", label, error.what()), error.advice());
}

ModelConfig config_of(const SeriesCheckpoint& checkpoint) {
  try {
    return Model::load(find_model(checkpoint.source.model).path, checkpoint.source.options()).config();
  } catch (const Error& error) {
    fail_at(checkpoint.label, error);
  }
}

/// Opens every checkpoint, so that errors of the last one are known before the first one is computed.
void check_sizes(const CheckpointSeries& series) {
  const ModelConfig first = config_of(series.front());
  for (const SeriesCheckpoint& checkpoint : series) {
    const std::string difference = size_difference(first, config_of(checkpoint));
    if (difference.empty()) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("checkpoint {} is another model than {}: its {}", checkpoint.label, series.front().label,
                            difference),
                "name the checkpoints of one training run only");
  }
}

void check_file_names(const CheckpointSeries& series) {
  std::set<std::string> names;
  for (const SeriesCheckpoint& checkpoint : series) {
    if (names.insert(run_file_name(checkpoint.label)).second) continue;
    throw Error(ErrorCode::usage,
                fmt::format("two checkpoints would both be written to {}", run_file_name(checkpoint.label)));
  }
}

class SeriesJob {
 public:
  SeriesJob(const CheckpointSeries& series, const fs::path& folder, const PromptSet& prompts, TooLong too_long,
            const ComputeOptions& compute, const Listener& listener)
      : series_(series),
        folder_(folder),
        prompts_(prompts),
        too_long_(too_long),
        compute_(compute),
        listener_(listener) {}

  void run() {
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const std::string place = fmt::format("checkpoint {} of {}: {}", i + 1, series_.size(), series_[i].label);
      try {
        run_one(series_[i], place);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::interrupted) fail_at(series_[i].label, error);
        throw Error(error.code(), fmt::format("interrupted at {}", place),
                    "start the same work again to continue; what is done is kept");
      }
    }
    listener_.say(fmt::format("{} run{} in {}{}", series_.size(), series_.size() == 1 ? "" : "s", folder_.string(),
                              n_kept_ > 0 ? fmt::format(", {} of them kept", n_kept_) : ""));
  }

 private:
  void run_one(const SeriesCheckpoint& checkpoint, const std::string& place) {
    const LoadedModel loaded(checkpoint.source);
    PromptSet set = prompts_;
    loaded.tokenize(set, too_long_);
    if (tokens_of_first_.empty()) say_too_long(listener_, set);
    check_tokens(hash_of_ids(set));
    if (&checkpoint == &series_.front()) warn(listener_, prompt_warnings(set, loaded.tokenizer()));
    set.info.set(facts::kCheckpoint, checkpoint.label);
    const fs::path path = folder_ / run_file_name(checkpoint.label);
    const std::optional<RunInfo> existing = info_of_run(path);
    if (existing && is_same_run(*existing, run_info(loaded, set, compute_))) {
      ++n_kept_;
      return listener_.say(fmt::format("{}: kept, {} holds it", place, path.string()));
    }
    listener_.say(place + (existing ? ": replaces a run of other prompts, settings or weights, or a damaged one" : ""));
    write_output(path.string(), [&](OutputFile& out) {
      DecomposeStats stats;
      const Run run = decompose_prompts(Session(loaded, compute_, passes_of(compute_)), set, listener_, &stats);
      write_run(out, run);
      say_written(listener_, run, stats, path);
    });
  }

  void check_tokens(const std::string& tokens) {
    if (tokens_of_first_.empty()) tokens_of_first_ = tokens;
    if (tokens == tokens_of_first_) return;
    throw Error(ErrorCode::bad_data,
                fmt::format("its tokenizer makes other tokens of the prompts than that of {}", series_.front().label),
                "runs of a series are compared with each other: name checkpoints with one tokenizer");
  }

  const CheckpointSeries& series_;
  fs::path folder_;
  const PromptSet& prompts_;
  TooLong too_long_;
  const ComputeOptions& compute_;
  const Listener& listener_;
  std::string tokens_of_first_;
  std::size_t n_kept_ = 0;
};

}  // namespace

CheckpointSeries open_series(const std::string& form, const std::vector<std::string>& allow_unknown) {
  CheckpointSeries series;
  for (const SeriesEntry& entry : find_checkpoint_series(form)) {
    series.push_back({entry.label, {entry.model, allow_unknown}});
  }
  return series;
}

std::string size_difference(const ModelConfig& first, const ModelConfig& config) {
  if (config.arch != first.arch) return fmt::format("architecture is {}, not {}", config.arch, first.arch);
  const std::pair<const char*, std::int64_t ModelConfig::*> sizes[] = {
      {"n_layers", &ModelConfig::n_layers},     {"n_heads", &ModelConfig::n_heads},
      {"n_kv_heads", &ModelConfig::n_kv_heads}, {"d_model", &ModelConfig::d_model},
      {"d_head", &ModelConfig::d_head},         {"d_mlp", &ModelConfig::d_mlp},
      {"d_vocab", &ModelConfig::d_vocab},       {"n_ctx", &ModelConfig::n_ctx}};
  for (const auto& [name, size] : sizes) {
    if (config.*size != first.*size) return fmt::format("{} is {}, not {}", name, config.*size, first.*size);
  }
  return "";
}

std::string run_file_name(const std::string& label) {
  std::string name = label;
  std::replace(name.begin(), name.end(), '/', '-');
  return name + ".safetensors";
}

void decompose_series(const CheckpointSeries& series, const std::string& folder, const PromptSet& prompts,
                      TooLong too_long, const ComputeOptions& compute, const Listener& listener) {
  check_file_names(series);
  say_notes(listener, prompts);
  check_sizes(series);
  make_folder(folder);
  SeriesJob(series, folder, prompts, too_long, compute, listener).run();
}

}  // namespace partwise::internal
