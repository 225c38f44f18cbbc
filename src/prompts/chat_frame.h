// Where the texts of messages lie in what a chat template makes of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jinja/code_points.h"
#include "prompts/chat_template.h"

namespace partwise::internal {

struct ChatMessage {
  std::string role;  // "system", "user", "assistant"
  std::string content;
};

enum class ChatEnd {
  asked,     // the text ends where the assistant is to answer
  answered,  // it ends behind the last message
};

/// The template's text. `enable_thinking` is false. The time is always 26 July 2024, 0:00, so that the same prompts
/// come out on every day. Errors: those of ChatTemplate::render.
std::string render_chat(const ChatTemplate& chat, const std::vector<ChatMessage>& messages, ChatEnd end);

/// What a template writes around the texts of messages. It is seen in what comes out for texts that stand in for them.
struct ChatFrame {
  /// [n_messages] the messages in the order in which their texts are written. Some templates write the system's text
  /// with the last question. The last one is the last message.
  std::vector<std::size_t> order;
  std::vector<std::string> before;                // [n_messages] in that order: what comes before each text
  std::vector<std::optional<jinja::Side>> trims;  // [n_messages] likewise: where white space is taken off
  std::string after;                              // what comes behind the last text if the assistant is to answer
  /// What comes between that and the text of an answer that is there. A space at its end is apart, since it becomes one
  /// token with the word that follows.
  std::string answer_start, answer_space;
  std::string answer_end;  // what comes behind an answer
};

/// The frame of messages with these roles, of which the last is "user". Errors: bad_data: what the template raises;
/// also if it does not write each text once, and the last text last.
ChatFrame find_frame(const ChatTemplate& chat, const std::vector<std::string>& roles);

}  // namespace partwise::internal
