#include "study/sweep_setting.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "prompts/data_notes.h"
#include "prompts/prompt_sets.h"
#include "readers/reader.h"
#include "session/decompose_job.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

std::string hash_of(const std::string& text) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  return hash.finish();
}

/// A hash over everything that determines the prompts' tokens and labels.
std::string hash_of_texts(const PromptSet& set) {
  Json rows = Json::array();
  for (const Prompt* prompt : prompts_of_all_sets(set)) {
    Json literal = Json::array();
    for (const TextSpan& span : prompt->literal) literal.push_back({span.begin, span.end});
    rows.push_back({prompt->text, prompt->options, prompt->label, literal});
  }
  rows.push_back(set.split);
  return hash_of(rows.dump());
}

/// Checks that no two names give the same file name: runs and the folders of data are found by name.
void check_distinct(const std::vector<std::string>& names, const std::string& what, const std::string& hint) {
  std::set<std::string> files;
  for (const std::string& name : names) {
    if (files.insert(file_name(name)).second) continue;
    throw Error(ErrorCode::usage, fmt::format("two {} are called '{}', or alike but for '/' and '-'", what, name),
                hint);
  }
}

void check_names(const std::vector<StudyTask>& tasks, const std::vector<LoadedModel>& models) {
  std::vector<std::string> names;
  for (const StudyTask& entry : tasks) names.push_back(entry.task.name);
  check_distinct(names, "tasks of the study", "give one of the YAML files another name with its key 'task'");
  for (const StudyTask& entry : tasks) {
    names.clear();
    for (const PromptTemplate& wording : entry.task.templates) names.push_back(wording.name);
    check_distinct(names, fmt::format("templates of task '{}'", entry.task.name), "give one of them another name");
  }
  names.clear();
  for (const LoadedModel& model : models) names.push_back(short_name(model.place()));
  check_distinct(names, "models of the study",
                 "rename one of the files or folders: a model's runs are found by its name");
}

}  // namespace

std::optional<Json> finished_result(const StudyJob& job) {
  if (!is_there(job.result_file)) return std::nullopt;
  try {
    Json json = read_json_file(job.result_file);
    if (json.is_object() && json.value("key", Json()) == job.key) return json;
  } catch (const Error&) {  // damaged
  }
  return std::nullopt;
}

std::string short_name(const ModelPlace& place) {
  const fs::path path = place.name;
  return is_there(path) ? fs::weakly_canonical(path).filename().string() : place.name;
}

StudySetting::StudySetting(Study study, fs::path output, const ComputeOptions& compute)
    : study_(std::move(study)), output_(std::move(output)), compute_(compute), main_compute_(compute) {
  for (const std::string& reader : study_.readers) {
    const ReaderKind& kind = reader_kind(reader);
    main_compute_.stored.hidden = main_compute_.stored.hidden || kind.reads_hidden;
    main_compute_.stored.z = main_compute_.stored.z || kind.reads_z;
    content_free_ =
        content_free_ || kind.learns_from == LearnsFrom::content_free || kind.learns_from == LearnsFrom::random_words;
  }
  main_compute_.stored.type = DType::bf16;
  for (const std::string& name : study_.tasks) {
    Task task = load_task(name);
    for (std::int64_t index : study_.templates) runs_of(study_, task, index);
    TaskRows rows = rows_below(study_.data_root, task);
    count_choices(task, rows.train);
    tasks_.push_back({std::move(task), std::move(rows)});
  }
  for (const std::string& name : study_.models) models_.emplace_back(ModelChoice{name, study_.allow_unknown, {}});
  check_names(tasks_, models_);
  for (const LoadedModel& model : models_)
    chats_.push_back(study_.chat.with_model(model.place().path, model.tokenizer()));
  for (std::size_t task = 0; task < tasks_.size(); ++task)
    for (std::int64_t index : study_.templates) units_.push_back(make_unit(task, index));
}

StudyUnit StudySetting::make_unit(std::size_t task, std::int64_t template_index) const {
  StudyUnit unit{task, template_index, {}};
  for (const StudyRun& run : runs_of(study_, tasks_[task].task, template_index)) {
    OutlinedRun& outlined = unit.runs.emplace_back(OutlinedRun{run, {}});
    for (std::size_t model = 0; model < (study_.chat.is_on() ? models_.size() : 1); ++model) {
      PromptSet prompts = build(unit, run, model);
      prompts.info.set(facts::kPromptTexts, hash_of_texts(prompts));
      outlined.infos.push_back(std::move(prompts.info));
    }
  }
  return unit;
}

std::vector<std::string> StudySetting::notes() const {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& notes) {
    for (const std::string& note : notes)
      if (std::ranges::find(all, note) == all.end()) all.push_back(note);
  };
  for (const StudyUnit& unit : units_) {
    const auto& [task, rows] = tasks_[unit.task];
    add(rows.notes);
    add(data_notes(task, task.templates[static_cast<std::size_t>(unit.template_index)], rows.train, rows.test));
  }
  return all;
}

std::size_t StudySetting::index_of(const LoadedModel& model) const {
  return static_cast<std::size_t>(&model - models_.data());
}

PromptSet StudySetting::build(const StudyUnit& unit, const StudyRun& run, std::size_t model) const {
  const auto& [task, rows] = tasks_[unit.task];
  PromptOptions options{unit.template_index,         run.shots, run.labelled, run.seed, study_.limit,
                        run.is_main && content_free_};
  options.bos = study_.bos;
  options.drop_repeated = study_.drop_repeated;
  options.sets = run.is_main ? study_.sets : 1;
  options.parse_special_in_rows = study_.parse_special_in_rows;
  options.chat = chats_[model];
  return build_prompts(task, rows.train, rows.test, options);
}

std::vector<StudyJob> StudySetting::jobs(const StudyUnit& unit, const LoadedModel& model) const {
  std::vector<StudyJob> jobs;
  for (const auto& [run, infos] : unit.runs) {
    const RunInfo& prompts = infos[infos.size() > 1 ? index_of(model) : 0];
    StudyJob& job = jobs.emplace_back(StudyJob{run, run_info_before_ids(model, prompts, compute(run)), {}, {}, {}});
    job.key = hash_of(
        Json({job.info.entries, run.is_main, study_.readers, study_.labelled, to_string(study_.too_long)}).dump());
    const fs::path stem = folder_of(short_name(model.place())) / run.stem();
    job.run_file = fs::path(stem).concat(".safetensors");
    job.result_file = fs::path(stem).concat(".json");
  }
  return jobs;
}

PromptedJob StudySetting::with_prompts(const StudyUnit& unit, StudyJob job, const LoadedModel& model) const {
  PromptSet prompts = build(unit, job.run, index_of(model));
  return {std::move(job), std::move(prompts)};
}

PromptSet StudySetting::bare_prompts(const StudyUnit& unit, const LoadedModel& model) const {
  return build(unit, {.shots = 0, .labelled = 0, .is_main = false}, index_of(model));
}

std::string StudySetting::name(const StudyUnit& unit) const {
  const Task& task = tasks_[unit.task].task;
  return fmt::format("{}, template {}", task.name, task.templates[static_cast<std::size_t>(unit.template_index)].name);
}

fs::path StudySetting::folder_of(const std::string& model_name) const {
  return output_ / "runs" / file_name(model_name);
}

}  // namespace partwise::internal
