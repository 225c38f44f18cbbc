#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "study/methods.h"
#include "study/run_result.h"
#include "study/sweep.h"

namespace partwise::internal {

namespace {

/// Reads the job's result, and waits for it if other ranks may still make it. A result appears under its name only when
/// it is complete, so it is enough to look for it again and again.
RunResult read_result(const StudyJob& job, const Ranks& ranks, const Listener& listener) {
  bool said = false;
  for (;;) {
    if (const std::optional<Json> result = finished_result(job))
      return run_result_from_json(*result, job.result_file.string());
    if (ranks.size == 1) {
      throw Error(ErrorCode::missing_input,
                  fmt::format("{} does not hold the result of this study's run", job.result_file.string()),
                  "start the same study again: it makes what is missing");
    }
    if (!std::exchange(said, true))
      listener.say(fmt::format("waiting for the other processes: {}", job.result_file.string()));
    listener.stop_if_asked();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

/// Each labelled test row as text: the columns that the first template uses, then the label.
std::vector<std::string> example_texts(const StudyTask& entry) {
  std::vector<std::string> texts;
  for (const DataRow& row : entry.rows.test) {
    const std::int32_t label = label_of(entry.task, row);
    if (label < 0) continue;
    std::string& text = texts.emplace_back();
    if (entry.task.program) text = entry.task.program->text_of(row) + "\n";
    for (const std::string& column : template_columns(entry.task.templates[0].doc_to_text)) {
      const auto field = row.fields.find(column);
      if (field != row.fields.end()) text += fmt::format("{}: {}\n", column, field->second);
    }
    text += "label: " + entry.task.labels[static_cast<std::size_t>(label)];
  }
  return texts;
}

ModelResults read_model(const StudySetting& setting, const LoadedModel& model, const Ranks& ranks,
                        const Listener& listener) {
  ModelResults results{short_name(model.place()), model.fingerprint(), {}};
  for (const StudyUnit& unit : setting.units())
    for (const StudyJob& job : setting.jobs(unit, model)) results.runs.push_back(read_result(job, ranks, listener));
  return results;
}

}  // namespace

StudyResults gather_study(const StudySetting& setting, const Ranks& ranks, const Listener& listener) {
  StudyResults results{setting.study(), {}, {}, {}};
  for (const StudyTask& entry : setting.tasks()) {
    results.tasks.push_back(entry.task.name);
    results.texts[entry.task.name] = example_texts(entry);
  }
  for (const LoadedModel& model : setting.models())
    results.models.push_back(read_model(setting, model, ranks, listener));
  return results;
}

}  // namespace partwise::internal
