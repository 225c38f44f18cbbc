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
/// user's, or a role is no word of small letters; those of find_frame; also if the template treats these texts in
/// another way than other texts.
struct ChatPrompt {
  Prompt prompt;
  EncodeOptions::Bos bos;  // no, if the template has written BOS itself
  /// What the template writes before and behind an answer, if it does: as in ChatFrame.
  std::string answer_start = {}, answer_space = {}, answer_end = {};
};
ChatPrompt chat_prompt(const Chat& chat, const std::vector<ChatMessage>& messages);

/// Whether BOS is put in front of texts that begin with what the template writes: not if that begins with BOS.
EncodeOptions::Bos bos_behind(const Chat& chat, const std::string& written);

}  // namespace partwise::internal
