// The YAML of a task: makes its prompts for a row that has all columns that the task names.
#include "prompts/task.h"

#include <algorithm>

#include "fuzz/support.h"
#include "prompts/prompts.h"

namespace partwise::internal::fuzz {
namespace {

constexpr std::int64_t kMostTemplates = 4;

/// A row of this label that has every column that the task names.
constexpr const char* kRow = R"({"q": "text", "c": ["a", "b"], "a": 1})";  // for tasks that compute

DataRow row_of(const Task& task, const std::string& label) {
  DataRow row{{{task.doc_to_target, label}}, "row"};
  for (const PromptTemplate& wording : task.templates) {
    for (const std::string& column : template_columns(wording.doc_to_text)) row.fields.emplace(column, "text");
  }
  return row;
}

void use_task(const Task& task) {
  std::vector<DataRow> rows;
  for (int i = 0; i < 2; ++i) {
    for (const std::string& label : task.labels) rows.push_back(row_of(task, label));
    if (task.program) rows.push_back(parse_json_row(kRow, "row"));
  }
  const std::int64_t shots = task.n_labels(), n_templates = std::ssize(task.templates);
  for (std::int64_t i = 0; i < std::min(n_templates, kMostTemplates); ++i) {
    fine_or_refused(
        [&] { build_prompts(task, rows, rows, {.template_index = i, .shots = shots, .labelled = 2 * shots}); });
  }
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const std::string_view yaml(reinterpret_cast<const char*>(data), size);
  fuzz::fine_or_refused([&] { fuzz::use_task(parse_task(yaml, "task.yaml")); });
  return 0;
}
