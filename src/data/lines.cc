#include "data/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

[[noreturn]] void refuse_utf8(std::string_view place) {
  throw Error(ErrorCode::bad_data, fmt::format("{}: not valid UTF-8", place),
              "save the file as UTF-8 (iconv -f OLD_ENCODING -t UTF-8)");
}

/// Whether the first line ends in a lone "\r", as on old Macs.
bool ends_in_lone_cr(std::string_view text) {
  const std::size_t end = text.find_first_of("\r\n");
  return end != std::string_view::npos && text[end] == '\r' && text.substr(end, 2) != "\r\n";
}

}  // namespace

std::string source_name(const std::filesystem::path& path) {
  return path == "-" ? "standard input" : replace_invalid_utf8(path.string());
}

std::string line_place(std::string_view source, std::int64_t number) {
  return fmt::format("{} line {}", source, number);
}

void check_utf8(std::string_view text, std::string_view place) {
  if (find_invalid_utf8(text) != std::string_view::npos) refuse_utf8(place);
}

std::string_view checked_text(std::string_view text, std::string_view source) {
  if (const std::size_t invalid = find_invalid_utf8(text); invalid != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(invalid), '\n');
    refuse_utf8(line_place(source, line));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::vector<TextLine> split_lines(std::string_view text) {
  const std::string_view ends = ends_in_lone_cr(text) ? "\r\n" : "\n";
  std::vector<TextLine> lines;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find_first_of(ends), text.size());
    std::string_view line = text.substr(0, end);
    const bool both = text.substr(end, 2) == "\r\n";
    text.remove_prefix(std::min(end + (both ? 2 : 1), text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trim(line).empty()) lines.push_back({line, number});
  }
  return lines;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace partwise::internal
