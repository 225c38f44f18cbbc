#include "prompts/chat.h"

#include "base/error.h"

namespace partwise::internal {

namespace {

constexpr const char* kOfModel = "model";

ChatTemplate template_of_model(const std::filesystem::path& model) {
  try {
    return ChatTemplate::of_model(model);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::missing_input) throw;
    throw Error(error.code(), error.what(),
                {error.hint() + ". A template in a file of its own can be used instead", {Setting::chat_template}});
  }
}

}  // namespace

std::string demonstrations_word(bool as_turns) { return as_turns ? "turns" : "text"; }

void Chat::describe(RunInfo& info) const {
  info.set(facts::kChatDemonstrations, demonstrations_word(as_turns));
  info.set(facts::kChatTemplate, source);
  info.set(facts::kChatTemplateHash, through.hash());
}

std::shared_ptr<const Chat> ChatChoice::with_model(const std::filesystem::path& model,
                                                   const Tokenizer* tokenizer) const {
  if (!is_on()) return nullptr;
  const bool has_file = !template_file.empty();
  const bool adds_bos = tokenizer && tokenizer->adds_bos() && tokenizer->bos_id();
  return std::make_shared<const Chat>(
      Chat{has_file ? ChatTemplate::of_file(template_file, model) : template_of_model(model),
           demonstrations_as_turns.value_or(true), adds_bos ? tokenizer->token_text(*tokenizer->bos_id()) : "",
           has_file ? template_file.string() : kOfModel});
}

}  // namespace partwise::internal
