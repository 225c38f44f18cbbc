// What all runs of a study share: its tasks with their rows, what its readers need, where its files are.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "prompts/prompts.h"
#include "prompts/task_rows.h"
#include "session/compute_options.h"
#include "session/loaded_model.h"
#include "study/study.h"

namespace partwise::internal {

struct StudyTask {
  Task task;
  TaskRows rows;
};

/// A run of the study, and what its prompts say of it. The prompts themselves are made when they are needed: those of
/// a whole study may not fit into memory.
struct OutlinedRun {
  StudyRun run;
  /// What the prompts know of themselves, with prompt_texts: a hash over their texts. For each model if they go through
  /// the models' chat templates; otherwise one for all.
  std::vector<RunInfo> infos;
};

/// One pass over the weights: the runs of one task and template.
struct StudyUnit {
  std::size_t task = 0;
  std::int64_t template_index = 0;
  std::vector<OutlinedRun> runs;
};

/// A run of the study by one model, and where it is kept.
struct StudyJob {
  StudyRun run;
  RunInfo info;     // of the run file, as far as it is known before the prompts have ids
  std::string key;  // of the result: a hash over all that it depends on
  std::filesystem::path run_file, result_file;
};

/// A job with its prompts, which have no ids yet.
struct PromptedJob {
  StudyJob job;
  PromptSet prompts;
};

/// What the job's result file holds; nullopt if it is missing, is damaged, or is of a run with another key.
std::optional<Json> finished_result(const StudyJob& job);

class StudySetting {
 public:
  /// Reads all data, makes the prompts of every run once for their hashes, and opens all models. Errors: those of
  /// load_task, rows_below, runs_of, build_prompts, LoadedModel and ChatChoice::with_model; usage if two models, two
  /// tasks, or two templates of a task would share file names.
  StudySetting(Study study, std::filesystem::path output, const ComputeOptions& compute);

  const Study& study() const { return study_; }
  const std::vector<StudyTask>& tasks() const { return tasks_; }
  const std::vector<LoadedModel>& models() const { return models_; }
  const std::filesystem::path& output() const { return output_; }
  /// Sorted by task, then by template.
  const std::vector<StudyUnit>& units() const { return units_; }
  /// Notes about the tasks and their rows, each once.
  std::vector<std::string> notes() const;
  /// The options for `run`. Main runs also store what the readers need.
  const ComputeOptions& compute(const StudyRun& run) const { return run.is_main ? main_compute_ : compute_; }

  /// The runs of `unit` by `model`.
  std::vector<StudyJob> jobs(const StudyUnit& unit, const LoadedModel& model) const;
  PromptedJob with_prompts(const StudyUnit& unit, StudyJob job, const LoadedModel& model) const;
  /// The unit's test rows as prompts without demonstrations.
  PromptSet bare_prompts(const StudyUnit& unit, const LoadedModel& model) const;
  /// "sst2, template review"
  std::string name(const StudyUnit& unit) const;
  /// OUTPUT/runs/MODEL
  std::filesystem::path folder_of(const std::string& model_name) const;

 private:
  StudyUnit make_unit(std::size_t task, std::int64_t template_index) const;
  PromptSet build(const StudyUnit& unit, const StudyRun& run, std::size_t model) const;
  /// Which of models() it is.
  std::size_t index_of(const LoadedModel& model) const;

  Study study_;
  std::filesystem::path output_;
  ComputeOptions compute_, main_compute_;
  bool content_free_ = false;
  std::vector<StudyTask> tasks_;
  std::vector<StudyUnit> units_;
  std::vector<LoadedModel> models_;
  std::vector<std::shared_ptr<const Chat>> chats_;  // [n_models]; null if prompts go through no chat template
};

/// The model's name in a study's tables and folders.
std::string short_name(const ModelPlace& place);

}  // namespace partwise::internal
