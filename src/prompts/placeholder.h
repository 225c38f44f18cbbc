// What may stand between the braces of a template.
#pragma once

#include <string>
#include <string_view>

#include "data/data.h"

namespace partwise::internal {

/// {{column}}, and the few Jinja expressions that are allowed here. {{list[0]}} and {{object['key']}} name the columns
/// "list.0" and "object.key". {{column|trim}} and {{column.strip()}} take white space off both ends.
struct Placeholder {
  std::string column;  // in Unicode's form C
  bool stripped = false;

  /// The row's value. Errors: bad_data if the row has no such column, naming those that it has.
  std::string value_in(const DataRow& row) const;
};

/// Parses the text between {{ and }}. A name consists of words of letters, digits and _, with dots, hyphens or single
/// spaces between them. Errors: bad_data for every other expression, and for an empty name.
Placeholder parse_placeholder(std::string_view text);

/// Whether `column` is a plain word. Only then may rows call it `text` instead.
bool is_plain_word(std::string_view column);

/// Errors: bad_data if `text` has a placeholder, a statement or a comment in it. For texts that take no columns.
void check_nothing_to_fill(std::string_view text);

/// Errors: bad_data for statements ({% %}) and comments ({# #}).
void refuse_statements(std::string_view text);

}  // namespace partwise::internal
