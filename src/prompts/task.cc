#include "prompts/task.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/suggest.h"
#include "data/builtin.h"
#include "data/lines.h"
#include "prompts/task_include.h"
#include "prompts/yaml_reader.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFolder = "tasks/", kExtension = ".yaml";

bool is_task(const EmbeddedFile& file) { return file.path.starts_with(kFolder); }

std::string task_name(const EmbeddedFile& file) {
  return std::string(file.path.substr(kFolder.size(), file.path.size() - kFolder.size() - kExtension.size()));
}

bool looks_like_file(const std::string& name) {
  const fs::path path = name;
  return path.has_parent_path() || path.extension() == ".yaml" || path.extension() == ".yml" || is_there(path);
}

Task read_task_file(const fs::path& path) {
  Task task = parse_task(read_yaml_text(path, "a task file", "a task is YAML, or the name of one that is built in"),
                         source_name(path), folder_of(path));
  for (fs::path* file : {&task.train_file, &task.test_file}) {
    if (!file->empty()) *file = path.parent_path() / *file;
  }
  return task;
}

}  // namespace

std::vector<std::string> PromptTemplate::options() const {
  std::vector<std::string> all;
  for (const std::string& word : doc_to_choice) all.push_back(target_delimiter + word);
  return all;
}

Task load_task(const std::string& name_or_file) {
  for (const EmbeddedFile& file : builtin_files()) {
    if (is_task(file) && task_name(file) == name_or_file) return parse_task(file.content, file.path);
  }
  if (looks_like_file(name_or_file)) return read_task_file(name_or_file);
  throw Error(ErrorCode::usage, fmt::format("no task '{}'", name_or_file),
              suggestion_hint(name_or_file, builtin_task_names()) + " (or name a YAML file)");
}

void count_choices(Task& task, const std::vector<DataRow>& rows) {
  if (!task.program || !task.labels.empty() || rows.empty()) return;
  const std::size_t n = task.program->choices_of(rows[0]).size();
  for (std::size_t y = 0; y < n; ++y) task.labels.push_back(std::to_string(y));
  for (PromptTemplate& wording : task.templates) wording.doc_to_choice = task.labels;
}

std::vector<std::string> builtin_task_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : builtin_files()) {
    if (is_task(file)) names.push_back(task_name(file));
  }
  return names;
}

}  // namespace partwise::internal
