#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/suggest.h"

namespace partwise {

namespace {

std::vector<CommandInfo>& table() {
  static std::vector<CommandInfo> all;
  return all;
}

}  // namespace

RegisterCommand::RegisterCommand(const CommandInfo& info) { table().push_back(info); }

std::vector<CommandInfo> commands() {
  std::vector<CommandInfo> sorted = table();
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
  return sorted;
}

CommandInfo find_command(std::string_view name) {
  std::vector<std::string> names;
  for (const CommandInfo& info : commands()) {
    if (info.name == name) return info;
    names.emplace_back(info.name);
  }
  throw Error(ErrorCode::usage, fmt::format("there is no command '{}'", name), suggestion_hint(name, names));
}

}  // namespace partwise
