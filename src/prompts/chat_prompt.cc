#include "prompts/chat_prompt.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace partwise::internal {

namespace {

bool is_role(const std::string& role) {
  return !role.empty() && role.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

/// Templates write roles as they are, so a role must not spell a special token.
std::vector<std::string> roles_of(const std::vector<ChatMessage>& messages) {
  std::vector<std::string> roles;
  for (const ChatMessage& message : messages) {
    if (!is_role(message.role))
      throw Error(ErrorCode::bad_data, "the role of a message is not a word of small letters",
                  "roles are system, user and assistant");
    roles.push_back(message.role);
  }
  return roles;
}

}  // namespace

ChatPrompt chat_prompt(const Chat& chat, const std::vector<ChatMessage>& messages) {
  const std::vector<std::string> roles = roles_of(messages);
  if (roles.empty()) throw Error(ErrorCode::bad_data, "the conversation has no message", "give at least the user's");
  if (roles.back() != "user")
    throw Error(ErrorCode::bad_data,
                fmt::format("the last message of the conversation is of the role '{}', not 'user'", roles.back()),
                "end with the message that is to be answered");
  const ChatFrame frame = find_frame(chat.through, roles);
  Prompt prompt;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string& content = messages[frame.order[i]].content;
    prompt.text += frame.before[i];
    const std::size_t begin = prompt.text.size();
    prompt.text += frame.trims[i] ? jinja::strip(content, *frame.trims[i]) : content;
    prompt.literal.push_back({begin, prompt.text.size()});
  }
  prompt.text += frame.after;
  if (prompt.text == render_chat(chat.through, messages, ChatEnd::asked))
    return {std::move(prompt), bos_behind(chat, frame.before[0]), frame.answer_start, frame.answer_space,
            frame.answer_end};
  throw Error(
      ErrorCode::bad_data, "the chat template treats a text of the conversation in another way than other texts",
      {"it looks for certain words in texts, or for empty ones: give another template", {Setting::chat_template}});
}

EncodeOptions::Bos bos_behind(const Chat& chat, const std::string& written) {
  return !chat.bos.empty() && written.starts_with(chat.bos) ? EncodeOptions::Bos::no : EncodeOptions::Bos::automatic;
}

}  // namespace partwise::internal
