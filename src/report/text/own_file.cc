#include "report/text/own_file.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace partwise::internal {

std::string own_file_text(const OwnFile& file, const std::vector<std::string>& taken_by) {
  const auto line = [](std::string_view name, std::string_view value) {
    return fmt::format("{:<15}{}\n", name, printable(value));
  };
  std::string text = line("file", file.what);
  for (const auto& [name, value] : file.facts) text += line(name, value);
  for (const std::string& command : taken_by) text += line(&command == &taken_by[0] ? "taken by" : "", command);
  return text;
}

}  // namespace partwise::internal
