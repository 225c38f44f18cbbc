// How a question becomes a prompt.
#pragma once

#include <string>

#include "prompts/chat.h"
#include "prompts/prompts.h"
#include "serve/question.h"

namespace partwise::internal {

/// The version of the wording. Another wording gives other answers, so it changes with every change of a character.
inline constexpr int kPromptVersion = 1;

/// What stands for the options in a prompt.
enum class OptionForm {
  words,  // the options' own words; levels have numbers
  codes,  // "A", "B", ...; "AA", "AB", ... if there are more than 26
};

/// Whether words can stand for a question's options: each is one short line, and no two are the same.
bool have_words(const Question& question);

/// The prompt of a question about a state: the state, the question, its options and what to answer with. All of it is
/// text: nothing that it spells becomes a special token, but what a chat template writes around it does. `chat` may be
/// null. The spans of the prompt are its sources: "state", "question", "options". Errors: those of chat_prompt().
struct QuestionPrompt {
  Prompt prompt;
  EncodeOptions::Bos bos = EncodeOptions::Bos::automatic;
};
QuestionPrompt prompt_of(const Question& question, const std::string& instructions, const std::string& state,
                         OptionForm form, const Chat* chat);

}  // namespace partwise::internal
