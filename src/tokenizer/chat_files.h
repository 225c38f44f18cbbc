// What the files of a model say about chats: templates, and the tokens that templates name.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace partwise::internal {

struct ChatFiles {
  struct Template {
    std::string name;    // "default", "tool_use", ...
    std::string source;  // Jinja
    std::string place;   // for errors: "model/chat_template.jinja"
  };
  std::vector<Template> templates;  // at least one
  /// Key and spelling of the special tokens: "bos_token", "<s>".
  std::vector<std::pair<std::string, std::string>> tokens;
};

/// Reads them from a folder, one of its files, or a GGUF file; `path` as for load_tokenizer. In a folder, the files
/// chat_template.jinja and additional_chat_templates/NAME.jinja go before the templates of tokenizer_config.json, as in
/// transformers, and those before chat_template.json. Errors: missing_input if there is no template, bad_data.
ChatFiles read_chat_files(const std::filesystem::path& path);
/// Only the tokens, of a model that may lack a template. Errors: bad_data.
std::vector<std::pair<std::string, std::string>> read_chat_tokens(const std::filesystem::path& path);

}  // namespace partwise::internal
