#include "prompts/chat_prompt.h"

#include "base/error.h"

namespace partwise::internal {

namespace {

std::vector<std::string> roles_of(const std::vector<ChatMessage>& messages) {
  std::vector<std::string> roles;
  for (const ChatMessage& message : messages) roles.push_back(message.role);
  return roles;
}

}  // namespace

Prompt chat_prompt(const Chat& chat, const std::vector<ChatMessage>& messages) {
  if (messages.empty() || messages.back().role != "user")
    throw Error(ErrorCode::bad_data, "the last message of a conversation is the user's",
                "the assistant's answer is what follows it");
  const ChatFrame frame = find_frame(chat.through, roles_of(messages));
  Prompt prompt;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string& content = messages[frame.order[i]].content;
    prompt.text += frame.before[i];
    const std::size_t begin = prompt.text.size();
    prompt.text += frame.trims[i] ? jinja::strip(content, *frame.trims[i]) : content;
    prompt.literal.push_back({begin, prompt.text.size()});
  }
  prompt.text += frame.after;
  if (prompt.text == render_chat(chat.through, messages, ChatEnd::asked)) return prompt;
  throw Error(
      ErrorCode::bad_data, "the chat template treats a text of the conversation in another way than other texts",
      {"it looks for certain words in texts, or for empty ones: give another template", {Setting::chat_template}});
}

EncodeOptions::Bos bos_of(const Chat& chat, const std::string& text) {
  return !chat.bos.empty() && text.starts_with(chat.bos) ? EncodeOptions::Bos::no : EncodeOptions::Bos::automatic;
}

}  // namespace partwise::internal
