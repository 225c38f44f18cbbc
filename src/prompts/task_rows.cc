#include "prompts/task_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// The file's rows. Its notes are added to `notes`.
std::vector<DataRow> read_with_notes(const fs::path& path, std::vector<std::string>& notes) {
  DataFile file = read_data_file(path);
  std::ranges::move(file.notes, std::back_inserter(notes));
  return std::move(file.rows);
}

/// FOLDER/NAME with the first extension for which the file exists; empty if there is none.
fs::path data_file(const fs::path& folder, const std::string& name) {
  for (const char* packed : {"", ".gz"})
    for (const char* extension : {".jsonl", ".ndjson", ".json", ".csv", ".tsv"})
      if (const fs::path file = folder / (name + extension + packed); is_there(file)) return file;
  return {};
}

fs::path needed_file(const fs::path& folder, const std::string& name) {
  const fs::path file = data_file(folder, name);
  if (!file.empty()) return file;
  throw Error(ErrorCode::missing_input, fmt::format("no file {}.jsonl in {}", name, folder.string()),
              "a task's folder holds train.jsonl and test.jsonl (or .csv, .tsv)");
}

}  // namespace

TaskRows rows_of(const fs::path& train_file, const fs::path& test_file) {
  TaskRows rows;
  rows.train = read_with_notes(train_file, rows.notes);
  if (!test_file.empty()) rows.test = read_with_notes(test_file, rows.notes);
  return rows;
}

TaskRows own_rows(const Task& task) {
  if (!task.train_file.empty()) return rows_of(task.train_file, task.test_file);
  const auto& all = builtin_data();
  const auto data = std::find_if(all.begin(), all.end(), [&](const BuiltinData& d) { return d.name == task.name; });
  if (data == all.end()) {
    throw Error(
        ErrorCode::usage, fmt::format("the task '{}' has no built-in data", task.name),
        {"intents, news, reviews and tickets have data of their own; for others name a file to learn from, and one to "
         "test on",
         {Setting::train_file, Setting::test_file}});
  }
  return {parse_jsonl(data->train, fmt::format("built-in {} train", task.name)),
          parse_jsonl(data->test, fmt::format("built-in {} test", task.name)),
          {}};
}

TaskRows rows_below(const fs::path& data_root, const Task& task) {
  const fs::path folder = data_root / task.name;
  if (data_root.empty() || !is_folder(folder)) {
    try {
      return own_rows(task);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::usage) throw;
      throw Error(
          ErrorCode::missing_input,
          data_root.empty() ? fmt::format("the task '{}' has no built-in data", task.name)
                            : fmt::format("there is no folder {}", folder.string()),
          {"name the folder that holds one folder for each task: data_root in the study file", {Setting::data_root}});
    }
  }
  const bool borrows = data_file(folder, "train").empty() && !task.ood_of.empty();
  return rows_of(needed_file(borrows ? data_root / task.ood_of : folder, "train"), needed_file(folder, "test"));
}

}  // namespace partwise::internal
