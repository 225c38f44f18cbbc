#include "cli/output.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "base/error.h"
#include "formats/checkpoint.h"
#include "hub/find_model.h"

namespace partwise::internal {

void refuse_input(const std::string& output, const std::vector<std::string>& inputs) {
  std::error_code ignored;
  for (const std::string& input : inputs) {
    if (!std::filesystem::is_regular_file(output, ignored) || !std::filesystem::equivalent(output, input, ignored))
      continue;
    throw Error(ErrorCode::usage, fmt::format("{} is read, and would be written over", output), "name another file");
  }
}

void refuse_same_outputs(const std::vector<std::string>& outputs) {
  std::set<std::filesystem::path> seen;
  for (const std::string& output : outputs) {
    if (output.empty() || output == "-") continue;
    if (seen.insert(std::filesystem::absolute(output).lexically_normal()).second) continue;
    throw Error(ErrorCode::usage, fmt::format("two results cannot be written into one file, {}", output),
                "name another file for one of them");
  }
}

void refuse_model_file(const std::string& output, const std::string& model) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(output, ignored)) return;
  std::vector<std::string> files;
  for (const auto& file : open_checkpoint(find_model(model).path)->files()) files.push_back(file.string());
  for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"})
    files.push_back((std::filesystem::path(files.front()).parent_path() / name).string());
  refuse_input(output, files);
}

}  // namespace partwise::internal
