#include "prompts/conversation.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "prompts/chat_prompt.h"

namespace partwise::internal {

namespace {

constexpr const char *kSystem = "system", *kUser = "user", *kAssistant = "assistant", *kInstruction = "instruction";

/// A label word as the text of a message, or where the assistant begins: without the white space that keeps it apart
/// from the input in plain text.
std::string word_of(const std::string& option) { return std::string(jinja::strip(option, jinja::Side::left)); }

Prompt content_of(const std::string& text, std::vector<TextSpan> literal, const std::vector<SourceStart>& sources) {
  Prompt content;
  content.text = text;
  content.literal = std::move(literal);
  for (const auto& [name, at] : sources) content.spans.push_back({name, at, at});
  return content;
}

}  // namespace

Conversation::Conversation(const Chat& chat, const PromptTemplate& wording,
                           const std::vector<Demonstration>& demonstrations, const PromptRecipe& bare)
    : chat_(chat), bare_(bare) {
  chat_.as_turns ? add_turns(wording, demonstrations) : add_text(wording, demonstrations);
  try {
    find_frame_of_messages();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data || messages_[0].role != kSystem) throw;
    move_description();
    find_frame_of_messages();
    moved_ = error.what();
  }
}

void Conversation::add_turns(const PromptTemplate& wording, const std::vector<Demonstration>& demonstrations) {
  if (!wording.description.empty())
    messages_.push_back({kSystem, content_of(wording.description, {}, {{kInstruction, 0}})});
  for (std::size_t i = 0; i < demonstrations.size(); ++i) {
    const auto& [input, label] = demonstrations[i];
    const std::string word = word_of(input.options[static_cast<std::size_t>(label)]);
    const auto literal = bare_.literal_options ? std::vector{TextSpan{0, word.size()}} : std::vector<TextSpan>();
    messages_.push_back({kUser, content_of(input.text, input.literal, {{fmt::format("demo{}", i), 0}})});
    messages_.push_back({kAssistant, content_of(word, literal, {{fmt::format("demo{}_label", i), 0}})});
  }
  messages_.push_back({kUser, content_of("", {}, {{"input", 0}})});
}

void Conversation::add_text(const PromptTemplate& wording, const std::vector<Demonstration>& demonstrations) {
  PromptRecipe plain = bare_;
  const std::vector<SourceStart> sources = add_prefix(plain, wording, demonstrations);
  messages_.push_back({kUser, content_of(plain.prefix, plain.prefix_literal, sources)});
}

/// Lets the first user text begin with the description, as the first text of a plain prompt does.
void Conversation::move_description() {
  const std::string head = messages_[0].content.text + "\n\n";
  messages_.erase(messages_.begin());
  Prompt& first = messages_[0].content;
  first.text = head + first.text;
  for (TextSpan& span : first.literal) span = {span.begin + head.size(), span.end + head.size()};
  for (SourceSpan& span : first.spans) span = {span.name, span.begin + head.size(), span.end + head.size()};
  first.spans.insert(first.spans.begin(), {kInstruction, 0, 0});
}

std::vector<std::string> Conversation::roles() const {
  std::vector<std::string> roles;
  for (const Message& message : messages_) roles.push_back(message.role);
  return roles;
}

void Conversation::find_frame_of_messages() { frame_ = find_frame(chat_.through, roles()); }

/// The text in this place as the template writes it. White space behind the beginning of the last text is taken off
/// together with the row's.
Prompt Conversation::written_content(std::size_t place) const {
  Prompt content = messages_[frame_.order[place]].content;
  const auto trim = frame_.trims[place];
  const bool is_last = place + 1 == messages_.size();
  if (trim && !is_last) take_space_off(content, 0, *trim);
  if (trim && is_last && trim != jinja::Side::right) take_space_off(content, 0, jinja::Side::left);
  return content;
}

std::vector<SourceStart> Conversation::add_to(PromptRecipe& recipe) const {
  std::vector<SourceStart> sources = {{kInstruction, 0}};
  ChatTail tail{0, frame_.trims.back(), frame_.after + frame_.answer_start, frame_.answer_end, frame_.answer_space};
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const Prompt content = written_content(i);
    const std::size_t before = recipe.prefix.size();
    recipe.prefix += frame_.before[i];
    tail.message_at = recipe.prefix.size();
    for (std::size_t k = 0; k < content.spans.size(); ++k) {
      const bool takes_before = i > 0 && k == 0;
      sources.push_back({content.spans[k].name, takes_before ? before : tail.message_at + content.spans[k].begin});
    }
    append(recipe, content.text, content.literal);
  }
  const bool is_repeated = sources[1].name == kInstruction;
  if (is_repeated || sources[1].at == 0) sources.erase(sources.begin() + is_repeated);
  for (std::string& option : recipe.options) option = frame_.answer_space + word_of(option);
  recipe.chat = tail;
  return sources;
}

void Conversation::finish(PromptSet& set) const {
  check(set);
  chat_.describe(set.info);
  if (set.bos == EncodeOptions::Bos::automatic) set_bos(set, bos_behind(chat_, frame_.before[0]));
  if (moved_.empty()) return;
  set.info.set(facts::kChatInstruction, "user");
  set.notes.push_back(
      fmt::format("note: the task's description is no system message, but begins the first user text: {}", moved_));
}

void Conversation::check(const PromptSet& set) const {
  std::vector<ChatMessage> messages;
  for (const Message& message : messages_) messages.push_back({message.role, message.content.text});
  const std::string head = messages.back().content;
  for (const Prompt& prompt : set.prompts) {
    messages.back().content = head + apply_recipe(bare_, prompt.row).text;
    const std::string text = render_chat(chat_.through, messages, ChatEnd::asked) + frame_.answer_start;
    if (text == prompt.text) continue;
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{}: the chat template treats this row's text in another way than other texts", prompt.place),
        {"it looks for certain words in texts, or for empty ones: leave the row out, or give another template",
         {Setting::chat_template}});
  }
}

}  // namespace partwise::internal
