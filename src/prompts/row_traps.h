// Traps in a task's wording and rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/data.h"
#include "prompts/task.h"
#include "prompts/warning.h"

namespace partwise::internal {

/// A row, and its prompt without the demonstrations.
struct AskedRow {
  const DataRow* row = nullptr;
  std::string input, key;  // `key`: text_key of every column; the same if two rows ask the same
  std::int32_t label = -1;
};

/// The rows and the wording that a task's prompts are made of. All that it points to must outlive it.
struct AskedRows {
  const Task* task = nullptr;
  const PromptTemplate* wording = nullptr;
  std::size_t n_demonstrations = 0;
  std::vector<AskedRow> labelled = {};  // the demonstrations, then the pool
  std::vector<AskedRow> test = {};
  std::int64_t n_dropped = 0;  // test rows that are left out
};

/// The form in which texts are compared: Unicode's form C, ASCII letters in lower case, each run of white space
/// (no-break spaces included) as one space, and no space at the ends.
std::string text_key(std::string_view text);

/// Whether a text holds U+FFFD, or UTF-8 that was read as Latin-1 or Windows-1252 and written as UTF-8 again.
bool is_garbled(std::string_view text);

/// Whether a value is empty, or a word that programs write for an empty one.
bool says_nothing(std::string_view value);

/// Whether a text spells a line end as a backslash and an n. The pair counts at the end of the text, or if white space,
/// a capital, a letter beyond ASCII or another such pair follows. So a path (`C:\new`) or a LaTeX command (`\neq`) does
/// not count.
bool spells_line_end(std::string_view text);

/// Traps in the rows' answers: repeats, contradictions, labels that are missing or rare.
std::span<const Trap<AskedRows>> answer_traps();
/// Traps in the wording and in the rows' texts.
std::span<const Trap<AskedRows>> text_traps();
/// The warnings of both kinds of traps.
std::vector<Warning> row_warnings(const AskedRows& rows);

/// The warning that `n` of `n_test` test rows are also labelled rows. `first` is the place of the first one, or "".
Warning repeated_rows_warning(std::int64_t n, std::int64_t n_test, const std::string& first);

}  // namespace partwise::internal
