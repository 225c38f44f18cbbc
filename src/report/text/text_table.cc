#include "report/text/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace partwise::internal {

namespace {

std::size_t width_of(char32_t c) {
  const bool combining = (c >= 0x300 && c <= 0x36f) || c == 0x200b || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f);
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
                    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff);
  return combining ? 0 : (wide ? 2 : 1);
}

std::size_t width_of(const TextColumn& column) {
  std::size_t width = 0;
  for (const TextCell& cell : column.cells) width = std::max(width, display_width(cell.text));
  return width;
}

constexpr std::size_t kGap = 2;           // before each column
constexpr std::size_t kEasyToRead = 112;  // columns of a line of text

/// The end of the columns from `first` on that fit beside column 0; at least one of them does.
std::size_t end_of_those_that_fit(const std::vector<TextColumn>& columns, std::size_t first, std::size_t width) {
  if (width == 0) return columns.size();
  std::size_t used = kGap + width_of(columns[0]), end = first;
  while (end < columns.size() && ((used += kGap + width_of(columns[end])) <= width || end == first)) ++end;
  return end;
}

std::string whole_table(const std::vector<TextColumn>& columns, bool colour) {
  std::vector<std::size_t> widths;
  for (const TextColumn& column : columns) widths.push_back(width_of(column));
  std::string table;
  for (std::size_t row = 0; row < columns[0].cells.size(); ++row) {
    std::string gap;  // written only before the next text, so that no line ends in spaces
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const TextCell& cell = columns[k].cells[row];
      const std::string space(widths[k] - display_width(cell.text), ' ');
      gap += columns[k].left ? "  " : "  " + space;
      if (!cell.text.empty()) table += std::exchange(gap, "") + styled(cell.text, cell.style, colour);
      if (columns[k].left) gap += space;
    }
    table += '\n';
  }
  return table;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [code_point, length] = *decode_utf8(text);
    width += width_of(code_point);
    text.remove_prefix(length);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t length = 0, used = 0;
  while (true) {
    const auto [code_point, bytes] = *decode_utf8(text.substr(length));
    used += width_of(code_point);
    if (used + 1 > width) return std::string(text.substr(0, length)) + "\u2026";
    length += bytes;
  }
}

std::string styled(std::string_view text, std::string_view style, bool colour) {
  return colour && !style.empty() ? fmt::format("\033[{}m{}\033[0m", style, text) : std::string(text);
}

std::string text_table(const std::vector<TextColumn>& columns, bool colour, std::size_t width) {
  std::string text;
  std::size_t next = 1;
  do {
    const std::size_t end = end_of_those_that_fit(columns, next, width);
    std::vector<TextColumn> some = {columns[0]};
    some.insert(some.end(), columns.begin() + next, columns.begin() + end);
    text += (text.empty() ? "" : "\n") + whole_table(some, colour);
    next = end;
  } while (next < columns.size());
  return text;
}

std::string text_table(const std::vector<std::vector<std::string>>& lines, std::size_t n_left,
                       std::string_view head_style, bool colour, std::size_t width) {
  std::vector<TextColumn> columns(lines[0].size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns[c].left = c < n_left;
    for (const auto& line : lines) columns[c].cells.push_back({line[c], &line == &lines[0] ? head_style : ""});
  }
  return text_table(columns, colour, width);
}

std::string folded(std::string_view text, std::size_t width) {
  const std::size_t most = width == 0 ? kEasyToRead : std::min(width, kEasyToRead);
  std::string lines;
  std::size_t used = 0;  // columns of the last line
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::size_t room = display_width(text.substr(0, end));
    const bool fits = used + 1 + room <= most;
    if (used > 0) lines += fits ? ' ' : '\n';
    used = used > 0 && fits ? used + 1 + room : room;
    lines += text.substr(0, end);
    if (end < text.size() && text[end] == '\n') {
      lines += '\n';
      used = 0;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace partwise::internal
