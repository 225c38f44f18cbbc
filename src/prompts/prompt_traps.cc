#include "prompts/prompt_traps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>
#include <span>

#include "base/text.h"
#include "base/utf8.h"
#include "data/lines.h"
#include "prompts/row_traps.h"

namespace partwise::internal {

namespace {

/// The prompts, and their tokenizer if there is one.
struct SeenPrompts {
  const PromptSet& set;
  const Tokenizer* tokenizer;
};

/// How many prompts have something ("3 of 64 prompts"), and the first of them.
struct Counted {
  std::int64_t n = 0, n_all = 0;
  const Prompt* first = nullptr;

  std::string words(std::string_view one, std::string_view several, std::string_view what) const {
    return fmt::format("{} of {} prompt{} {} {} (the first: {})", format_count(n), format_count(n_all),
                       n_all == 1 ? "" : "s", n == 1 ? one : several, what, first->place);
  }
};

bool is_of_file(const SeenPrompts& seen) { return seen.set.split.empty(); }

/// Whether somebody worded the prompt, and it is asked whatever the number of prompt sets. Prompts of calibrations do
/// not count, and neither do demonstrations.
bool is_asked(const Prompt& prompt, const PromptSet& set) {
  const std::size_t i = static_cast<std::size_t>(&prompt - set.prompts.data());
  return set.split.empty() || set.split[i] <= Split::test;
}

Counted count_prompts(const SeenPrompts& seen, const std::function<bool(const Prompt&)>& is) {
  Counted counted;
  for (const Prompt& prompt : seen.set.prompts) {
    if (!is_asked(prompt, seen.set)) continue;
    ++counted.n_all;
    if (!is(prompt)) continue;
    if (counted.n++ == 0) counted.first = &prompt;
  }
  return counted;
}

// ---- ids

/// Looks at prompts that came as ids if `of_ids` is set, else at those that are text. Only the latter get BOS in front.
std::string see_double_bos(const SeenPrompts& seen, bool of_ids, const char* why) {
  const auto bos = seen.tokenizer ? seen.tokenizer->bos_id() : std::nullopt;
  if (!bos) return "";
  const Counted twice = count_prompts(seen, [&](const Prompt& prompt) {
    const std::vector<TokenId>& ids = prompt.ids;
    if (prompt.text.empty() != of_ids || ids.size() < 2 || ids[0] != *bos) return false;
    return ids[1] == *bos || (ids.size() > 2 && ids[2] == *bos);  // or a space between them
  });
  if (twice.n == 0) return "";
  return twice.words("begins", "begin", "with two BOS tokens, " + seen.tokenizer->token_text(*bos)) + why;
}

std::string see_double_bos_in_text(const SeenPrompts& seen) {
  return see_double_bos(
      seen, false, ": the tokenizer puts one in front, or they were put there twice; the model was trained with one");
}

std::string see_double_bos_in_ids(const SeenPrompts& seen) {
  return see_double_bos(seen, true, ": the model was trained with one");
}

std::string see_eos_at_the_end(const SeenPrompts& seen) {
  const auto eos = seen.tokenizer ? seen.tokenizer->eos_id() : std::nullopt;
  if (!eos) return "";
  const Counted ended =
      count_prompts(seen, [&](const Prompt& prompt) { return prompt.ids.size() > 1 && prompt.ids.back() == *eos; });
  if (ended.n == 0) return "";
  return ended.words("ends", "end", "in the EOS token, " + seen.tokenizer->token_text(*eos)) +
         ": the label words are read as the beginning of another text";
}

std::string see_padding(const SeenPrompts& seen) {
  const auto eos = seen.tokenizer ? seen.tokenizer->eos_id() : std::nullopt;
  if (!eos || seen.tokenizer->bos_id() == eos) return "";
  const Counted padded = count_prompts(seen, [&](const Prompt& prompt) {
    return prompt.ids.size() > 2 && prompt.ids[0] == *eos && prompt.ids[1] == *eos;
  });
  if (padded.n == 0) return "";
  return padded.words("begins", "begin", "with EOS tokens in a row, " + seen.tokenizer->token_text(*eos)) +
         ": padding is read like any other token";
}

// ---- where label words meet the prompt

bool is_space(char32_t c) { return c == 0xA0 || c == 0x3000 || (c < 0x80 && std::isspace(static_cast<int>(c))); }

/// Whether `c` is a letter or digit of a script that puts spaces between words.
bool is_letter_or_digit(char32_t c) {
  if (c < 0x80) return std::isalnum(static_cast<int>(c));
  return c >= 0xC0 && c < 0xE00 && c != 0xD7 && c != 0xF7;
}

/// Whether a word after `c` usually has a space before it.
bool wants_space(char32_t c) {
  return is_letter_or_digit(c) ||
         (c < 0x80 && std::string_view(":.,;?!)").find(static_cast<char>(c)) != std::string_view::npos);
}

/// 0 if the text is empty or does not begin with valid UTF-8.
char32_t first_character(std::string_view text) {
  const auto first = text.empty() ? std::nullopt : decode_utf8(text);
  return first ? first->code_point : 0;
}

char32_t last_character(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && (static_cast<unsigned char>(text[--at]) & 0xC0) == 0x80) continue;
  return first_character(text.substr(std::min(at, text.size())));
}

/// The prompt's text. If it was given as ids, the text of the last id.
std::string end_of(const SeenPrompts& seen, const Prompt& prompt) {
  if (!prompt.text.empty() || !seen.tokenizer || prompt.ids.empty()) return prompt.text;
  return seen.tokenizer->token_text(prompt.ids.back());
}

/// The label words as they follow the text. If they were given as ids, the texts of these ids.
std::vector<std::string> options_of(const SeenPrompts& seen, const Prompt& prompt) {
  std::vector<std::string> options = prompt.options;
  if (!options.empty() || !seen.tokenizer) return options;
  for (TokenId id : prompt.label_ids) options.push_back(seen.tokenizer->token_text(id));
  for (const auto& tokens : prompt.label_tokens) options.push_back(seen.tokenizer->decode(tokens, false));
  return options;
}

bool all_begin(const std::vector<std::string>& options, bool (*as)(char32_t)) {
  return !options.empty() && std::ranges::all_of(options, [&](const std::string& o) { return as(first_character(o)); });
}

std::string see_two_spaces(const SeenPrompts& seen) {
  const Counted spaced = count_prompts(seen, [&](const Prompt& prompt) {
    return is_space(last_character(end_of(seen, prompt))) && all_begin(options_of(seen, prompt), is_space);
  });
  if (spaced.n == 0) return "";
  return spaced.words("ends", "end",
                      fmt::format("in white space while the label words bring their own, as in '{}'",
                                  options_of(seen, *spaced.first)[0])) +
         ": the model hardly ever read a word after both";
}

// The advice differs: prompts of a file are finished, while a task words its own.
std::string see_two_spaces_of_task(const SeenPrompts& seen) { return is_of_file(seen) ? "" : see_two_spaces(seen); }
std::string see_two_spaces_of_file(const SeenPrompts& seen) { return is_of_file(seen) ? see_two_spaces(seen) : ""; }

/// Whether the word with a space before it is one token, and another one than without the space.
bool has_spaced_token(const SeenPrompts& seen, const Prompt& prompt, const std::string& option) {
  const EncodeOptions bare{.bos = EncodeOptions::Bos::no};
  const std::string before = end_of(seen, prompt);
  const std::size_t n = seen.tokenizer->encode(before, bare).size();
  const std::vector<TokenId> glued = seen.tokenizer->encode(before + option, bare);
  const std::vector<TokenId> spaced = seen.tokenizer->encode(before + " " + option, bare);
  return spaced.size() == n + 1 && glued.back() != spaced.back();
}

std::string see_no_space(const SeenPrompts& seen) {
  if (!seen.tokenizer) return "";
  const Counted glued = count_prompts(seen, [&](const Prompt& prompt) {
    return wants_space(last_character(end_of(seen, prompt))) && all_begin(options_of(seen, prompt), is_letter_or_digit);
  });
  if (glued.n == 0) return "";
  const std::vector<std::string> options = options_of(seen, *glued.first);
  const auto spaced = std::ranges::find_if(
      options, [&](const std::string& option) { return has_spaced_token(seen, *glued.first, option); });
  if (spaced == options.end()) return "";
  return glued.words("ends", "end", "without white space while the label words begin with none") +
         fmt::format(": '{}' is another token than ' {}', and the rarer one there", *spaced, *spaced);
}

std::string see_mixed_spaces(const SeenPrompts& seen) {
  const Counted mixed = count_prompts(seen, [&](const Prompt& prompt) {
    const auto n = std::ranges::count_if(prompt.options, [](const auto& o) { return is_space(first_character(o)); });
    return n > 0 && n < std::ssize(prompt.options);
  });
  if (mixed.n == 0) return "";
  return mixed.words("has", "have", "label words that begin with white space and others that do not") +
         ": the model leans to one form, whatever the text says";
}

/// Two options that differ only in case or white space; nullopt if there are none.
std::optional<std::pair<std::string, std::string>> alike(const std::vector<std::string>& options) {
  std::map<std::string, std::string> seen;
  for (const std::string& option : options) {
    const auto [entry, is_new] = seen.emplace(text_key(option), option);
    if (!is_new) return std::pair(entry->second, option);
  }
  return std::nullopt;
}

std::string see_words_alike(const SeenPrompts& seen) {
  const Counted same = count_prompts(seen, [](const Prompt& prompt) { return alike(prompt.options).has_value(); });
  if (same.n == 0) return "";
  const auto [one, other] = *alike(same.first->options);
  return same.words("has", "have",
                    fmt::format("label words that differ in case or white space only, '{}' and '{}'", one, other)) +
         ": they mean the same to the model";
}

// ---- texts of prompt files; for the rows of a task: text_traps.cc

std::string see_line_ends_spelled_out(const SeenPrompts& seen) {
  if (!is_of_file(seen)) return "";
  const Counted spelled = count_prompts(seen, [](const Prompt& prompt) {
    return spells_line_end(prompt.text) && prompt.text.find('\n') == std::string::npos;
  });
  if (spelled.n == 0) return "";
  return spelled.words("holds", "hold", "a backslash and an n, and no line end") + ": the model reads both characters";
}

std::string see_garbled_prompts(const SeenPrompts& seen) {
  if (!is_of_file(seen)) return "";
  const Counted garbled = count_prompts(seen, [](const Prompt& prompt) { return is_garbled(prompt.text); });
  if (garbled.n == 0) return "";
  return garbled.words("holds", "hold",
                       "U+FFFD, or letters that were read in a wrong encoding (\u00C3\u00A9 for \u00E9)") +
         ": the model reads other words than were written";
}

std::string see_contradicting_prompts(const SeenPrompts& seen) {
  if (!is_of_file(seen)) return "";
  std::map<std::pair<std::string, std::vector<std::string>>, const Prompt*> first_of;
  const Prompt* before = nullptr;
  const Counted second = count_prompts(seen, [&](const Prompt& prompt) {
    if (prompt.text.empty() || prompt.label < 0) return false;
    const auto [entry, is_new] = first_of.emplace(std::pair(prompt.text, prompt.options), &prompt);
    const bool contradicts = !is_new && entry->second->label != prompt.label;
    if (contradicts && !before) before = entry->second;
    return contradicts;
  });
  if (second.n == 0) return "";
  return fmt::format(
      "{} of {} prompts {} there before with another label (the first: {}, before in {}): no answer is "
      "right for both",
      format_count(second.n), format_count(second.n_all), second.n == 1 ? "stands" : "stand", second.first->place,
      before->place);
}

const Trap<SeenPrompts> kTraps[] = {
    {"double-bos",
     {"put no BOS in front, or take its spelling out of the prompts", {{Setting::bos, "no"}}},
     see_double_bos_in_text},
    {"double-bos", "take one of the two ids off each prompt", see_double_bos_in_ids},
    {"prompt-ends-in-eos", "take it off: some tokenizers append it where nothing else is asked for",
     see_eos_at_the_end},
    {"prompt-padded", "give ids without padding: prompts may differ in length", see_padding},
    {"prompt-ends-in-space",
     "end the input without white space (in YAML |- instead of |, no space before the closing quote), or let the label "
     "words begin without one (target_delimiter: \"\")",
     see_two_spaces_of_task},
    {"prompt-ends-in-space",
     "end each prompt of the file without white space (of ids, without that last token), or let its options begin "
     "without one",
     see_two_spaces_of_file},
    {"no-space-before-label",
     "let the label words begin with a space (in a task leave target_delimiter as it is), unless they are to go on the "
     "last word",
     see_no_space},
    {"label-words-mixed", "let all label words begin alike", see_mixed_spaces},
    {"label-words-alike", "choose words that mean different things", see_words_alike},
    {"newline-spelled-out", "put real line ends in: in JSON \\n, not \\\\n", see_line_ends_spelled_out},
    {"text-garbled", "read the source of the prompts in its own encoding and write it as UTF-8", see_garbled_prompts},
    {"labels-contradict", "settle which label is right, or leave these prompts out", see_contradicting_prompts},
};

}  // namespace

std::vector<Warning> prompt_warnings(const PromptSet& set, const Tokenizer* tokenizer) {
  std::vector<Warning> warnings = set.warnings;
  spring(std::span<const Trap<SeenPrompts>>(kTraps), {set, tokenizer}, warnings);
  return warnings;
}

std::vector<Warning> prompt_trap_kinds() { return kinds_of(std::span<const Trap<SeenPrompts>>(kTraps)); }

}  // namespace partwise::internal
