#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "prompts/label_words.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostSuggestions = 8;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string without_space(const std::string& word) {
  return word.substr(std::min(word.find_first_not_of(' '), word.size()));
}

template <class Change>
std::string changed(std::string word, Change change) {
  std::transform(word.begin(), word.end(), word.begin(), change);
  return word;
}

std::string capitalised(const std::string& word) {
  std::string text = changed(word, lower);
  text[0] = upper(text[0]);
  return text;
}

/// Words to try for label `y`, the most similar first and a single letter last.
std::vector<std::string> candidates(const std::string& word, std::size_t y, const std::string& piece) {
  const std::string bare = without_space(word), start = without_space(piece);
  const bool has_space = word.starts_with(' ');
  std::vector<std::string> bases;
  if (!bare.empty()) bases = {bare, changed(bare, lower), capitalised(bare), changed(bare, upper)};
  if (start.size() > 1 && bare.starts_with(start)) bases.push_back(start);
  if (y < 26) bases.emplace_back(1, static_cast<char>('A' + y));
  std::vector<std::string> all;
  for (const std::string& base : bases)
    for (const bool space : {has_space, !has_space}) all.push_back((space ? " " : "") + base);
  return all;
}

/// Replacements in words: "' positive' for ' positively'".
std::vector<std::string> replacements(const Prompt& prompt, const LabelWords& words) {
  std::set<std::vector<TokenId>> taken(prompt.label_tokens.begin(), prompt.label_tokens.end()), kept;
  std::vector<std::string> found;
  for (std::size_t y = 0; y < prompt.options.size() && found.size() < kMostSuggestions; ++y) {
    if (!prompt.label_tokens[y].empty() && kept.insert(prompt.label_tokens[y]).second) continue;
    const std::string& word = prompt.options[y];
    for (const std::string& candidate : candidates(word, y, words.first_piece(word))) {
      const auto id = words.id_of(candidate);
      if (!id || !taken.insert({*id}).second) continue;
      found.push_back(fmt::format("'{}' for '{}'", candidate, word));
      break;
    }
  }
  return found;
}

}  // namespace

Advice suggest_label_words(const Prompt& prompt, const LabelWords& words) {
  const std::vector<std::string> found = replacements(prompt, words);
  Advice advice("choose words that are one token each, most often with a space before them");
  if (!found.empty())
    advice.hint = fmt::format("these are one token each after this prompt: {}", fmt::join(found, ", "));
  if (std::ranges::any_of(prompt.options, [&](const std::string& word) { return words.is_special(word); })) {
    advice.hint += "; a label word may be a special token if special tokens are parsed";
    advice.remedies.emplace_back(Setting::special_in_rows, "parse");
  }
  advice.hint += "; tokenizing shows how a text is split";
  advice.remedies.emplace_back(Step::tokenize);
  return advice;
}

}  // namespace partwise::internal
