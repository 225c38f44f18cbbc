// What may stand between the braces of a template.
#pragma once

#include <string>
#include <string_view>

#include "data/data.h"

namespace partwise {

/// {{column}}, and the few expressions of Jinja that mean the same here: {{list[0]}} and {{object['key']}} are the
/// columns "list.0" and "object.key"; {{column|trim}} and {{column.strip()}} are without white space at both ends.
struct Placeholder {
  std::string column;  // in Unicode's form C
  bool stripped = false;

  /// Errors: bad_data where the row has no such column, with those that it has.
  std::string value_in(const DataRow& row) const;
};

/// Reads what stands between {{ and }}. A name is made of words of letters, digits and _, with dots, hyphens or single
/// spaces between them. Errors: bad_data for every other expression, and an empty name.
Placeholder parse_placeholder(std::string_view text);

/// Whether a column may be called `text` in the rows instead: only names that are plain words.
bool is_plain_word(std::string_view column);

/// Errors: bad_data where `text`, in which nothing is filled in, spells a placeholder, a statement or a comment.
void check_nothing_to_fill(std::string_view text);

/// Errors: bad_data for statements ({% %}) and comments ({# #}).
void refuse_statements(std::string_view text);

}  // namespace partwise
