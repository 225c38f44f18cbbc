// Aligned columns for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace partwise {

/// ANSI attributes.
inline constexpr std::string_view kBold = "1", kDim = "2";
/// How wide a label word in the head of a column may be.
inline constexpr std::size_t kMaxWord = 14;

struct TextCell {
  std::string text;
  std::string_view style = {};  // an ANSI attribute, "1" is bold; used where colour is wanted
};

struct TextColumn {
  bool left = false;            // aligned left, else right
  std::vector<TextCell> cells;  // the same number in every column
};

/// Terminal columns that `text` (valid UTF-8) takes: two for East Asian wide characters and emoji, none for combining
/// marks.
std::size_t display_width(std::string_view text);

/// `text` itself where it is at most `width` wide, else its front and an ellipsis.
std::string shortened(std::string_view text, std::size_t width);

/// Text in the attribute where colour is wanted.
std::string styled(std::string_view text, std::string_view style, bool colour);

/// Lines of aligned columns, two spaces before each, without spaces at their ends.
std::string text_table(const std::vector<TextColumn>& columns, bool colour);
/// The same from lines of cells, as many in each; the first `n_left` columns are aligned left, the first line is a head
/// in this style.
std::string text_table(const std::vector<std::vector<std::string>>& lines, std::size_t n_left,
                       std::string_view head_style, bool colour);

}  // namespace partwise
