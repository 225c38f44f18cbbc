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

namespace partwise {

/// A row with what its prompt says besides the demonstrations.
struct AskedRow {
  const DataRow* row = nullptr;
  std::string input, key;  // of the key: text_key of every column; the same where two rows ask the same
  std::int32_t label = -1;
};

/// What a task's prompts are made of. All it points to must outlive it.
struct AskedRows {
  const Task* task = nullptr;
  const PromptTemplate* wording = nullptr;
  std::size_t n_demonstrations = 0;
  std::vector<AskedRow> labelled = {};  // the demonstrations, then the pool
  std::vector<AskedRow> test = {};
  std::int64_t n_dropped = 0;  // test rows that are left out
};

/// A text as it counts where two are compared: in Unicode's form C, ASCII letters in lower case, runs of white space
/// (no-break spaces among it) as one space, none at the ends.
std::string text_key(std::string_view text);

/// Whether a text holds U+FFFD, or UTF-8 that was read as Latin-1 or Windows-1252 and written as UTF-8 again.
bool is_garbled(std::string_view text);

/// Whether a text spells a line end as a backslash and an n: where it ends, or white space, a capital, a letter beyond
/// ASCII or another one follows. So no path is (`C:\new`), and no command of LaTeX (`\neq`).
bool spells_line_end(std::string_view text);

/// What the rows answer: repeats, contradictions, labels that are missing or rare.
std::span<const Trap<AskedRows>> answer_traps();
/// What the wording and the rows' texts say.
std::span<const Trap<AskedRows>> text_traps();
/// All that is to be said of them.
std::vector<Warning> row_warnings(const AskedRows& rows);

/// What is said of `n` of `n_test` test rows that are labelled rows, too. `first` is where the first one is, or "".
Warning repeated_rows_warning(std::int64_t n, std::int64_t n_test, const std::string& first);

}  // namespace partwise
