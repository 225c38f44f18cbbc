#include "data/table_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace partwise::internal {

namespace {

std::string csv_cell(const std::string& text, char separator) {
  const char special[] = {separator, ',', '"', '\r', '\n', '\0'};
  if (text.find_first_of(special) == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string tsv_cell(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells, char separator) {
  std::vector<std::string> all;
  for (const std::string& cell : cells) all.push_back(csv_cell(cell, separator));
  return fmt::format("{}\n", fmt::join(all, std::string_view(&separator, 1)));
}

std::string tsv_line(const std::vector<std::string>& cells) {
  std::vector<std::string> all;
  for (const std::string& cell : cells) all.push_back(tsv_cell(cell));
  return fmt::format("{}\n", fmt::join(all, "\t"));
}

}  // namespace partwise::internal
