// A conversation as a prompt: what a chat template makes of messages.
#pragma once

#include <string>
#include <vector>

#include "prompts/chat.h"
#include "prompts/chat_frame.h"
#include "prompts/prompts.h"

namespace partwise::internal {

/// The text up to where the assistant is to answer. The messages' texts stay text (Prompt::literal): only what the
/// template itself writes becomes special tokens. Errors: bad_data if there is no message, or the last one is not a
/// user's; those of find_frame; also if the template treats these texts in another way than other texts.
Prompt chat_prompt(const Chat& chat, const std::vector<ChatMessage>& messages);

/// Whether the tokenizer puts BOS in front of a text of this chat: it does not if the template has written it.
EncodeOptions::Bos bos_of(const Chat& chat, const std::string& text);

}  // namespace partwise::internal
