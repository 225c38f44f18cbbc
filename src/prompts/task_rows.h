// The rows of a task: its own, or those of its folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/data.h"
#include "prompts/task.h"

namespace partwise::internal {

struct TaskRows {
  std::vector<DataRow> train, test;
  std::vector<std::string> notes;  // notes for the user on how the rows were read
};

/// The rows of two files. If `test_file` is empty, only the first is read. Errors: those of read_data_file.
TaskRows rows_of(const std::filesystem::path& train_file, const std::filesystem::path& test_file);

/// The rows that a task brings along: compiled in, or in files that its YAML names. Errors: usage if it has none; those
/// of read_data.
TaskRows own_rows(const Task& task);

/// Reads the files train and test in DATA_ROOT/TASK. Each is .jsonl, .ndjson, .json, .csv or .tsv, or one of these
/// packed (.gz). If there is no train, it is read from the folder of the task named by `ood_of`. A task without a
/// folder has its own rows. Errors: missing_input, also if it has no rows of its own; those of read_data.
TaskRows rows_below(const std::filesystem::path& data_root, const Task& task);

}  // namespace partwise::internal
