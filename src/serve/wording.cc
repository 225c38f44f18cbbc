#include "serve/wording.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "prompts/chat_prompt.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kLongestWord = 64;  // bytes; longer options are named by codes
constexpr std::size_t kLetters = 26;

bool is_line(const std::string& word) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  if (word.empty() || word.size() > kLongestWord || is_space(word.front()) || is_space(word.back())) return false;
  return word.find_first_of("\r\n") == std::string::npos;
}

std::string code(std::size_t i, std::size_t n) {
  const auto letter = [](std::size_t k) { return static_cast<char>('A' + k); };
  if (n <= kLetters) return std::string(1, letter(i));
  return {letter(i / kLetters), letter(i % kLetters)};
}

/// A text whose stretches have names.
class Sources {
 public:
  void add(const char* name, std::string_view stretch) {
    const std::size_t begin = text_.size();
    text_ += stretch;
    if (!stretch.empty()) spans_.push_back({name, begin, text_.size()});
  }
  void add(std::string_view stretch) { text_ += stretch; }

  const std::string& text() const { return text_; }
  /// The spans if the text begins at byte `at` of another.
  std::vector<SourceSpan> spans(std::size_t at) const {
    std::vector<SourceSpan> moved = spans_;
    for (SourceSpan& span : moved) span = {span.name, span.begin + at, span.end + at};
    return moved;
  }

 private:
  std::string text_;
  std::vector<SourceSpan> spans_;
};

/// "Yes: ...", "0: Calm", "- Billing: Payments", "A: Billing - Payments"
std::string option_line(const Question& question, std::size_t i, OptionForm form) {
  const auto& [word, description] = question.options[i];
  if (form == OptionForm::codes)
    return fmt::format("{}: {}{}{}\n", code(i, question.options.size()), word, description.empty() ? "" : " - ",
                       description);
  const char* mark = question.type == QuestionType::choice ? "- " : "";
  return fmt::format("{}{}{}{}\n", mark, word, description.empty() ? "" : ": ", description);
}

std::string option_lines(const Question& question, OptionForm form) {
  std::string lines;
  for (std::size_t i = 0; i < question.options.size(); ++i)
    if (question.type != QuestionType::predicate || !question.options[i].description.empty())
      lines += option_line(question, i, form);
  return lines;
}

std::string_view what_to_answer(const Question& question, OptionForm form) {
  switch (question.type) {
    case QuestionType::predicate:
      return "Answer with Yes or No.";
    case QuestionType::score:
      return "Answer with the number of one level.";
    case QuestionType::choice:
      break;
  }
  if (form == OptionForm::words) return "Answer with the name of one option.";
  return question.options.size() <= kLetters ? "Answer with the letter of one option."
                                             : "Answer with the two letters of one option.";
}

Sources content_of(const Question& question, const std::string& instructions, const std::string& state,
                   OptionForm form) {
  Sources content;
  content.add("instructions", instructions);
  if (!instructions.empty()) content.add("\n\n");
  content.add("state", state);
  content.add("\n\n");
  if (!question.instructions.empty()) content.add("question", fmt::format("Question: {}\n", question.instructions));
  content.add("options", option_lines(question, form));
  content.add(what_to_answer(question, form));
  return content;
}

/// What follows the prompt, of each option.
std::vector<std::string> labels_of(const Question& question, OptionForm form, const std::string& space) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < question.options.size(); ++i)
    labels.push_back(space + (form == OptionForm::words ? question.options[i].word : code(i, question.options.size())));
  return labels;
}

/// A prompt without options, and what their words begin with there.
struct Worded {
  QuestionPrompt made;
  std::string space;
};

Worded as_text(Sources content) {
  content.add("\nAnswer:");
  QuestionPrompt made;
  made.prompt.text = content.text();
  made.prompt.literal = {{0, content.text().size()}};
  made.prompt.spans = content.spans(0);
  return {std::move(made), " "};
}

/// White space at the ends of the content may be taken off, but it has none at its end, and at its beginning only if
/// the state has.
Worded as_chat(const Sources& content, const Chat& chat) {
  ChatPrompt made = chat_prompt(chat, {{"user", content.text()}});
  const auto [begin, end] = made.prompt.literal.back();
  const std::size_t taken = content.text().size() - (end - begin);
  made.prompt.spans = content.spans(begin);
  for (SourceSpan& span : made.prompt.spans)
    span = {span.name, std::max(span.begin, begin + taken) - taken, std::max(span.end, begin + taken) - taken};
  made.prompt.text += made.answer_start;
  made.prompt.label_end = made.answer_end;
  return {{std::move(made.prompt), made.bos}, made.answer_space};
}

}  // namespace

bool have_words(const Question& question) {
  std::set<std::string> words;
  for (const Option& option : question.options)
    if (!is_line(option.word) || !words.insert(option.word).second) return false;
  return true;
}

QuestionPrompt prompt_of(const Question& question, const std::string& instructions, const std::string& state,
                         OptionForm form, const Chat* chat) {
  const Sources content = content_of(question, instructions, state, form);
  auto [made, space] = chat ? as_chat(content, *chat) : as_text(content);
  made.prompt.place = question.place;
  made.prompt.literal_options = true;
  made.prompt.options = labels_of(question, form, space);
  return made;
}

}  // namespace partwise::internal
