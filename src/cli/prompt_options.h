// Options that say where prompts come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/option_list.h"
#include "session/prompt_choice.h"

namespace partwise::internal {

/// --special-in-rows text|parse. `otherwise` is the end of its help text, which tells the default.
void add_special_option(OptionList& options, std::optional<bool>& parse_special, const std::string& otherwise);

/// --sets N.
void add_sets_option(OptionList& options, PromptChoice& choice);

/// The number of labelled rows of "24", or kAllLabelled of "all". Errors: usage.
std::int64_t parse_labelled(const std::string& word);

/// --chat, --chat-demonstrations and --chat-template.
void add_chat_options(OptionList& options, ChatChoice& chat);
/// --chat-template FILE.
void add_chat_template_option(OptionList& options, ChatChoice& chat);

void add_prompt_options(OptionList& options, PromptChoice& choice);
/// Errors: usage if the options do not fit together.
void check_prompt_options(const PromptChoice& choice);

}  // namespace partwise::internal
