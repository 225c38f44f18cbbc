// Text files as lines that errors can name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal {

struct TextLine {
  std::string_view text;  // without its line end
  std::int64_t number;    // from 1
};

/// A path as errors name it; "standard input" for "-".
std::string source_name(const std::filesystem::path& path);

/// "train.jsonl line 7".
std::string line_place(std::string_view source, std::int64_t number);

/// Errors: bad_data, naming `place`, if `text` is not UTF-8.
void check_utf8(std::string_view text, std::string_view place);

/// `text` without a byte order mark. Errors: bad_data naming the first line that is not UTF-8.
std::string_view checked_text(std::string_view text, std::string_view source);

/// Splits at "\n" and "\r\n". If the first line ends in a lone "\r", a lone "\r" ends a line as well. (LineReader,
/// which reads lines as they come, has another rule: LineEnds in data/line_reader.h.) Blank lines are counted and left
/// out.
std::vector<TextLine> split_lines(std::string_view text);

/// `text` without spaces, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

}  // namespace partwise::internal
