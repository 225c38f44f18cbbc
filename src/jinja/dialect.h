// The settings with which jinja2 is imitated.
#pragma once

namespace partwise::internal::jinja {

enum class Dialect {
  /// Those of transformers for chat templates: trim_blocks, lstrip_blocks, and no line end at the template's end.
  chat,
  /// Those of lm-evaluation-harness for tasks: white space stays, and printing what is not defined is an error.
  plain,
};

}  // namespace partwise::internal::jinja
