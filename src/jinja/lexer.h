// Cuts a template into tokens, as jinja2's lexer does; for chats with trim_blocks and lstrip_blocks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jinja/dialect.h"

namespace partwise::internal::jinja {

struct Token {
  enum class Kind {
    data,  // text outside of tags
    variable_begin,
    variable_end,  // {{ }}
    block_begin,
    block_end,  // {% %}
    name,
    text,
    integer,
    real,
    sign,  // "+", "==", "(", ...
    end
  };

  Kind kind;
  std::string value;  // of a text: without quotes and escapes
  int line;
};

/// The last token is Kind::end. Errors: bad_data, with the line.
std::vector<Token> tokenize(std::string_view source, Dialect dialect = Dialect::chat);

}  // namespace partwise::internal::jinja
