// The rows of a task: its own, or those of its folder.
#pragma once

#include <filesystem>
#include <vector>

#include "experiment/data.h"
#include "experiment/task.h"

namespace partwise {

struct TaskRows {
  std::vector<DataRow> train, test;
};

/// Those that a task brings along: compiled in, or named in its YAML file. Errors: usage where it has none; those of
/// read_data.
TaskRows own_rows(const Task& task);

/// Of the folder DATA_ROOT/TASK the files train and test, each .jsonl, .csv or .tsv; where there is no train, that of
/// the task that this one is out of distribution for. A task without a folder has its own rows. Errors: missing_input;
/// those of own_rows and read_data.
TaskRows rows_below(const std::filesystem::path& data_root, const Task& task);

}  // namespace partwise
