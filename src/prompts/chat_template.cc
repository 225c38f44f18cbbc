#include "prompts/chat_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "tokenizer/chat_files.h"

namespace partwise::internal {

namespace {

void check_messages(const OrderedJson& chat) {
  const auto fail = [](const std::string& what) { throw Error(ErrorCode::bad_data, what); };
  if (!chat.contains("messages")) fail("'messages': this is missing");
  if (!chat["messages"].is_array()) fail("'messages': this is no list");
  for (std::size_t i = 0; i < chat["messages"].size(); ++i)
    if (!chat["messages"][i].is_object()) fail(fmt::format("'messages[{}]': this is no JSON object", i));
}

std::string hash_of(const std::string& source) {
  Sha256 hash;
  hash.update(source);
  return hash.finish();
}

[[noreturn]] void fail_without_default(const std::filesystem::path& path, const ChatFiles& files) {
  std::vector<std::string> names;
  for (const auto& found : files.templates) names.push_back(found.name);
  throw Error(ErrorCode::bad_data, fmt::format("{}: there are several chat templates, and none is called 'default': {}",
                                               path.string(), fmt::join(names, ", ")));
}

}  // namespace

jinja::Clock local_clock() {
  return [] {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    return local;
  };
}

ChatTemplate ChatTemplate::of_file(const std::filesystem::path& file) {
  ChatTemplate made;
  const std::string source = read_text_file(file);
  made.usual_.emplace(source, file.string());
  made.hash_ = hash_of(source);
  return made;
}

ChatTemplate ChatTemplate::of_file(const std::filesystem::path& file, const std::filesystem::path& model) {
  ChatTemplate made = of_file(file);
  made.add_tokens(read_chat_tokens(model));
  return made;
}

ChatTemplate ChatTemplate::of_model(const std::filesystem::path& path) {
  const ChatFiles files = read_chat_files(path);
  ChatTemplate made;
  for (const auto& found : files.templates) {
    if (found.name == "default") {
      made.usual_.emplace(found.source, found.place);
      made.hash_ = hash_of(found.source);
    }
    if (found.name == "tool_use") made.with_tools_.emplace(found.source, found.place);
  }
  if (!made.usual_) fail_without_default(path, files);
  made.add_tokens(files.tokens);
  return made;
}

void ChatTemplate::add_tokens(const std::vector<std::pair<std::string, std::string>>& tokens) {
  for (const auto& [name, token] : tokens) set(tokens_, name, jinja::text(token));
}

std::string ChatTemplate::render(const OrderedJson& chat, const jinja::Clock& clock) const {
  check_messages(chat);
  jinja::Variables variables = tokens_;
  set(variables, "tools", jinja::none());
  set(variables, "documents", jinja::none());
  set(variables, "add_generation_prompt", jinja::boolean(true));
  for (const auto& [name, value] : chat.items()) set(variables, name, jinja::value_of_json(value));
  const bool has_tools = chat.contains("tools") && !chat["tools"].is_null();
  return (has_tools && with_tools_ ? *with_tools_ : *usual_).render(variables, clock);
}

}  // namespace partwise::internal
