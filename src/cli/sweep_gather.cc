#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/sweep.h"
#include "report/data/study.h"
#include "report/describe.h"
#include "report/html/study.h"
#include "study/methods.h"
#include "study/run_result.h"
#include "study/warnings.h"

namespace partwise {

namespace {

/// A result appears under its name when it is complete, so that looking again and again is enough.
RunResult read_result(const StudyJob& job, const Ranks& ranks, const Console& console) {
  const Interruptible interruptible;
  bool said = false;
  for (;;) {
    if (const std::optional<Json> result = finished_result(job))
      return run_result_from_json(*result, job.result_file.string());
    if (ranks.size == 1) {
      throw Error(ErrorCode::missing_input,
                  fmt::format("{} does not hold the result of this study's run", job.result_file.string()),
                  "the same command makes what is missing");
    }
    if (!std::exchange(said, true))
      console.note(fmt::format("waiting for the other processes: {}", job.result_file.string()));
    throw_if_interrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

/// The columns of the labelled test rows but the label, and that.
std::vector<std::string> example_texts(const StudyTask& entry) {
  std::vector<std::string> texts;
  for (const DataRow& row : entry.rows.test) {
    const std::int32_t label = label_of(entry.task, row);
    if (label < 0) continue;
    std::string& text = texts.emplace_back();
    for (const std::string& column : template_columns(entry.task.templates[0].doc_to_text)) {
      const auto field = row.fields.find(column);
      if (field != row.fields.end()) text += fmt::format("{}: {}\n", column, field->second);
    }
    text += "label: " + entry.task.labels[static_cast<std::size_t>(label)];
  }
  return texts;
}

/// Errors: bad_data where no run is left.
void say_left_out(const StudyResults& results, const Console& console) {
  std::int64_t n_runs = 0, n_shorter = 0, n_left_out = 0;
  std::string reason;
  for (const ModelResults& model : results.models)
    for (const RunResult& run : model.runs) {
      ++n_runs;
      n_shorter += run.too_long.has_value();
      if (!run.methods.empty()) continue;
      if (n_left_out++ == 0 && !run.left_out.empty()) reason = run.left_out[0].reason;
    }
  if (n_left_out == n_runs) {
    throw Error(ErrorCode::bad_data, fmt::format("every run was left out ({} of them), the first: {}", n_runs, reason),
                "take fewer demonstrations (shots, labelled), other rows, or a model with a longer context");
  }
  if (n_left_out > 0)
    console.note(fmt::format("{} of {} runs could not be had: report.html says why", n_left_out, n_runs));
  if (n_shorter > 0)
    console.note(fmt::format("in {} of {} runs rows did not fit into the model's context and were {}", n_shorter,
                             n_runs, results.study.too_long == TooLong::cut ? "cut" : "left out"));
}

ModelResults read_model(const StudySetting& setting, const LoadedModel& model, const Ranks& ranks,
                        const Console& console) {
  ModelResults results{short_name(model.place()), model.fingerprint(), {}};
  for (const StudyUnit& unit : setting.units())
    for (const StudyJob& job : setting.jobs(unit, model)) results.runs.push_back(read_result(job, ranks, console));
  return results;
}

}  // namespace

void write_study(const StudySetting& setting, const Ranks& ranks, const Console& console) {
  StudyResults results{setting.study(), {}, {}, {}};
  for (const StudyTask& entry : setting.tasks()) {
    results.tasks.push_back(entry.task.name);
    results.texts[entry.task.name] = example_texts(entry);
  }
  for (const LoadedModel& model : setting.models())
    results.models.push_back(read_model(setting, model, ranks, console));
  const auto write = [&](const std::string& name, const std::string& content) {
    write_output((setting.output() / name).string(), [&](OutputFile& out) { out.write(content); });
  };
  write("methods.csv", methods_csv(results));
  write("components.csv", components_csv(results));
  write("transfer.csv", transfer_csv(results));
  write("report.html", study_html(results));
  make_folder(setting.output() / "figures");
  for (const auto& [name, svg] : study_figures(results)) write("figures/" + name, svg);
  for (const StudyWarning& w : study_warnings(results))
    console.note(printable(fmt::format("warning: {}: {} [{}]", describe_runs(w), w.warning.message, w.warning.code)));
  write("study.json", study_json(results).dump(1) + "\n");
  console.note(fmt::format("tables and report in {}", setting.output().string()));
  say_left_out(results, console);
}

}  // namespace partwise
