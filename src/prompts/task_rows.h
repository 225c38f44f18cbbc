// The rows of a task: its own, or those of its folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/data.h"
#include "prompts/task.h"

namespace partwise {

struct TaskRows {
  std::vector<DataRow> train, test;
  std::vector<std::string> notes;  // what is to be said of how they were read
};

/// Those of two files; without a test file only the first. Errors: those of read_data_file.
TaskRows rows_of(const std::filesystem::path& train_file, const std::filesystem::path& test_file);

/// Those that a task brings along: compiled in, or named in its YAML file. Errors: usage where it has none; those of
/// read_data.
TaskRows own_rows(const Task& task);

/// Of the folder DATA_ROOT/TASK the files train and test, each .jsonl, .csv or .tsv, or one of these packed (.gz);
/// where there is no train, that of the task that this one is out of distribution for. A task without a folder has its
/// own rows. Errors: missing_input; those of own_rows and read_data.
TaskRows rows_below(const std::filesystem::path& data_root, const Task& task);

}  // namespace partwise
