// Task files that include others.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string_view>

namespace partwise::internal {

/// The folder of a file, "." if its path has none.
std::filesystem::path folder_of(const std::filesystem::path& task_file);

/// The YAML of a task file. With `include: FILE`, or a list of files, it has their keys as well, as in
/// lm-evaluation-harness: the file's own keys go before those of included files, later files before earlier ones.
/// Files are relative to `folder`; if it is empty, none may be included. Errors: bad_data; missing_input if an included
/// file is not there.
YAML::Node parse_task_yaml(std::string_view yaml, std::string_view source, const std::filesystem::path& folder);

}  // namespace partwise::internal
