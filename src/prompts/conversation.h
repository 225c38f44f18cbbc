// A task's prompts as conversations: what a chat template makes of them.
#pragma once

#include <string>
#include <vector>

#include "prompts/chat.h"
#include "prompts/chat_frame.h"
#include "prompts/prefix.h"
#include "prompts/prompts.h"

namespace partwise::internal {

/// The messages that the prompts of a task share, up to the beginning of the last one, in which each row's text stands.
/// The description is the system message; each demonstration's text is a user's turn and its label word the
/// assistant's. Or all of it is the beginning of one user text, as in a plain prompt (Chat::as_turns). If the template
/// takes no system message, the description begins the first user text.
class Conversation {
 public:
  /// `chat` must outlive the object. `bare` is the recipe without demonstrations. Errors: those of find_frame.
  Conversation(const Chat& chat, const PromptTemplate& wording, const std::vector<Demonstration>& demonstrations,
               const PromptRecipe& bare);

  /// Makes recipe of the plain `bare` one: what the template writes, text for text, and the label words as they stand
  /// where the assistant begins. Returns where sources begin. What the template writes before a text belongs to the
  /// text's source, but what is before the first text is the instruction's.
  std::vector<SourceStart> add_to(PromptRecipe& recipe) const;

  /// Checks that the template itself writes each prompt of the set: it could treat the text of one row in another way
  /// than that of another. Then adds to the set what is known of the chat. If the prompts spell the BOS token that the
  /// tokenizer would put in front by its own rule, it puts none there. Errors: bad_data with the row's place.
  void finish(PromptSet& set) const;

 private:
  void check(const PromptSet& set) const;
  struct Message {
    std::string role;
    Prompt content;  // of the last message: what comes before the row's text; `spans` say where sources begin
  };

  void add_turns(const PromptTemplate& wording, const std::vector<Demonstration>& demonstrations);
  void add_text(const PromptTemplate& wording, const std::vector<Demonstration>& demonstrations);
  void find_frame_of_messages();
  Prompt written_content(std::size_t place) const;
  void move_description();
  std::vector<std::string> roles() const;

  const Chat& chat_;
  PromptRecipe bare_;
  std::vector<Message> messages_;
  ChatFrame frame_;
  std::string moved_;  // why the description is no system message; "" if it is one, or if there is none
};

}  // namespace partwise::internal
