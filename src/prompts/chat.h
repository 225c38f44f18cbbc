// Whether the prompts of a task go through a chat template, and how.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "decompose/run_info.h"
#include "prompts/chat_template.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// A chat template at work.
struct Chat {
  ChatTemplate through;
  bool as_turns = true;  // demonstrations are turns; otherwise all of today's prompt is one user text
  std::string bos;     // the spelling of the BOS token, if the tokenizer puts it in front by its own rule; otherwise ""
  std::string source;  // the template's file, or "model"

  /// Sets the facts that tell the run's form of chat.
  void describe(RunInfo& info) const;
};

/// What a user asks for.
struct ChatChoice {
  bool is_wanted = false;                       // --chat
  std::filesystem::path template_file;          // --chat-template, which asks for chat as well; empty: the model's own
  std::optional<bool> demonstrations_as_turns;  // --chat-demonstrations; true if it is not given

  bool is_on() const { return is_wanted || !template_file.empty(); }
  /// Null if no chat is asked for. `model` is where the model is; `tokenizer` may be null. Errors: missing_input if the
  /// model has no template, or the file is missing; bad_data.
  std::shared_ptr<const Chat> with_model(const std::filesystem::path& model, const Tokenizer* tokenizer) const;
};

/// "turns" or "text", as --chat-demonstrations, study files and runs spell it.
std::string demonstrations_word(bool as_turns);

}  // namespace partwise::internal
