// Tables with aligned columns, for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal {

/// Styles: parameters of the ANSI escape for text attributes.
inline constexpr std::string_view kBold = "1", kDim = "2";
/// The most terminal columns for a label word in the head of a table.
inline constexpr std::size_t kMaxWord = 14;

struct TextCell {
  std::string text;
  std::string_view style = {};  // like kBold; used only if the table has colour
};

struct TextColumn {
  bool left = false;            // align to the left; otherwise to the right
  std::vector<TextCell> cells;  // from top to bottom; all columns of a table have the same number
};

/// How many terminal columns `text` (valid UTF-8) takes. East Asian wide characters and emoji take two, combining marks
/// none.
std::size_t display_width(std::string_view text);

/// `text` if it fits into `width` terminal columns; otherwise its beginning and an ellipsis, which fit together.
std::string shortened(std::string_view text, std::size_t width);

/// `text` in this style; unchanged if `colour` is false or `style` is empty.
std::string styled(std::string_view text, std::string_view style, bool colour);

/// A table from columns. Two spaces stand before each column, none at the end of a line. If it is wider than `width`
/// terminal columns, what does not fit follows below: further tables, each with the first column and those that fit
/// beside it. 0: any width.
std::string text_table(const std::vector<TextColumn>& columns, bool colour, std::size_t width = 0);
/// A table from lines, which all have the same number of cells. The first `n_left` columns are aligned to the left, the
/// others to the right. The first line is the head and has the style `head_style`. It is folded at `width`, too.
std::string text_table(const std::vector<std::vector<std::string>>& lines, std::size_t n_left,
                       std::string_view head_style, bool colour, std::size_t width = 0);

/// `text` (valid UTF-8) with each of its lines broken at spaces into lines of at most `width` terminal columns, and of
/// at most 112 whatever the width. 0: any width.
std::string folded(std::string_view text, std::size_t width);

}  // namespace partwise::internal
