#include "tokenizer/chat_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_part.h"
#include "formats/foreign.h"
#include "formats/gguf.h"
#include "tokenizer/folder_files.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/named_tokens.h"
#include "tokenizer/tokenizer_place.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

using Templates = std::vector<ChatFiles::Template>;

constexpr const char* kDefault = "default";
constexpr const char* kKey = "chat_template";
constexpr const char* kGgufKey = "tokenizer.chat_template";  // others: tokenizer.chat_template.NAME

std::string read_file(const fs::path& file) {
  check_not_stand_in(file);
  return read_text_file(file);
}

std::vector<fs::path> jinja_files(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".jinja") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

Templates in_own_files(const fs::path& folder) {
  Templates found;
  if (const fs::path file = folder / "chat_template.jinja"; is_there(file))
    found.push_back({kDefault, read_file(file), file.string()});
  for (const fs::path& file : jinja_files(folder / "additional_chat_templates"))
    found.push_back({file.stem().string(), read_file(file), file.string()});
  return found;
}

/// A text, or a list of {"name": ..., "template": ...}.
Templates in_json(const Json& json, const fs::path& file) {
  const JsonPart whole(json, file.string(), "");
  if (whole.is_null() || !whole.has(kKey)) return {};
  const JsonPart part = whole[kKey];
  const std::string place = fmt::format("{} '{}'", file.string(), kKey);
  if (part.value().is_string()) return {{kDefault, part.text(), place}};
  Templates found;
  for (const JsonPart& named : part.elements()) {
    const std::string name = named["name"].text();
    found.push_back({name, named["template"].text(), fmt::format("{} '{}'", place, name)});
  }
  return found;
}

Templates in_folder(const fs::path& folder, const Json& tokenizer_config) {
  Templates found = in_own_files(folder);
  if (found.empty()) found = in_json(tokenizer_config, folder / "tokenizer_config.json");
  const fs::path file = folder / "chat_template.json";
  if (!found.empty() || !is_there(file)) return found;
  check_not_stand_in(file);
  return in_json(read_json_file(file), file);
}

Templates in_gguf(const GgufFile& gguf) {
  Templates found;
  const Json metadata = gguf.metadata();
  for (const auto& [key, value] : metadata.items()) {
    if (!key.starts_with(kGgufKey) || !value.is_string()) continue;
    const std::string rest = key.substr(std::string_view(kGgufKey).size());
    const std::string place = fmt::format("{} '{}'", gguf.path().string(), key);
    if (rest.empty()) found.push_back({kDefault, value.get<std::string>(), place});
    if (rest.starts_with('.')) found.push_back({rest.substr(1), value.get<std::string>(), place});
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> tokens_of(const GgufFile& gguf) {
  static constexpr std::array kTokens = {
      std::pair("bos_token", "bos_token_id"),     std::pair("eos_token", "eos_token_id"),
      std::pair("unk_token", "unknown_token_id"), std::pair("sep_token", "seperator_token_id"),
      std::pair("pad_token", "padding_token_id"), std::pair("cls_token", "cls_token_id"),
      std::pair("mask_token", "mask_token_id")};
  std::vector<std::pair<std::string, std::string>> tokens;
  const GgufVocabulary vocabulary(gguf);
  if (!gguf.has("tokenizer.ggml.tokens")) return tokens;
  for (const auto& [name, key] : kTokens)
    if (const auto id = vocabulary.marker(fmt::format("tokenizer.ggml.{}", key)))
      tokens.emplace_back(name, gguf.string_at("tokenizer.ggml.tokens", *id));
  return tokens;
}

ChatFiles read_gguf(const fs::path& path) {
  const GgufFile gguf(path);
  return {in_gguf(gguf), tokens_of(gguf)};
}

ChatFiles read_folder(const fs::path& folder) {
  const TokenizerFiles files = open_tokenizer_config(folder);
  return {in_folder(folder, files.tokenizer_config), read_named_tokens(files).markers};
}

ChatFiles read_any(const fs::path& path) {
  const fs::path place = tokenizer_place(path);
  if (is_folder(place)) return read_folder(place);
  return begins_with_gguf_magic(place) ? read_gguf(place) : ChatFiles();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_chat_tokens(const fs::path& path) {
  return read_any(path).tokens;
}

ChatFiles read_chat_files(const fs::path& path) {
  ChatFiles files = read_any(path);
  if (!files.templates.empty()) return files;
  throw Error(ErrorCode::missing_input, fmt::format("{}: there is no chat template here", path.string()),
              "models that were not tuned on chats have none; in a folder it is chat_template.jinja, or in "
              "tokenizer_config.json, in a GGUF file it is the metadata tokenizer.chat_template");
}

}  // namespace partwise::internal
