// A model's chat template: messages become the text that the model was tuned on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_fwd.h"
#include "jinja/clock.h"
#include "jinja/template.h"

namespace partwise::internal {

/// The local time of this machine, for templates that write a date.
jinja::Clock local_clock();

class ChatTemplate {
 public:
  /// The template of a file, or that of a model (tokenizer/chat_files.h). Errors: missing_input, bad_data.
  static ChatTemplate of_file(const std::filesystem::path& file);
  /// The template of a file, with the special tokens of a model. Errors: the same.
  static ChatTemplate of_file(const std::filesystem::path& file, const std::filesystem::path& model);
  static ChatTemplate of_model(const std::filesystem::path& path);

  /// The text of {"messages": [{"role": ..., "content": ...}, ...], ...}. All members of the object become variables.
  /// As in transformers, `tools` and `documents` are None if they are not given, and the model's special tokens
  /// ("bos_token", ...) are variables, too, unless the object has them. `add_generation_prompt` is true if it is not
  /// given. If the model has a template "tool_use", it is taken for objects with tools. Errors: bad_data: messages that
  /// are no list of objects, what the template raises, and what goes past its limits.
  std::string render(const OrderedJson& chat, const jinja::Clock& clock) const;
  /// SHA-256 of the template that is taken for objects without tools.
  const std::string& hash() const { return hash_; }

 private:
  ChatTemplate() = default;
  void add_tokens(const std::vector<std::pair<std::string, std::string>>& tokens);

  std::string hash_;
  std::optional<jinja::Template> usual_, with_tools_;
  jinja::Variables tokens_;
};

}  // namespace partwise::internal
