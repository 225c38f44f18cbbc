#include "model/allow_unknown.h"

#include <fmt/format.h>

#include "base/text.h"

namespace partwise {

namespace {

constexpr std::string_view kAllow = "--allow-unknown ";

/// Takes one word off the front of `text`, as shell_word writes it, without its quotes.
std::string take_word(std::string_view& text) {
  std::string word;
  bool quoted = false;
  while (!text.empty() && (quoted || text[0] != ' ')) {
    if (text[0] == '\'') {
      quoted = !quoted;
    } else {
      if (text[0] == '\\' && !quoted && text.size() > 1) text.remove_prefix(1);
      word += text[0];
    }
    text.remove_prefix(1);
  }
  return word;
}

}  // namespace

std::string allowing(const std::vector<std::string>& names) {
  std::string options;
  for (const std::string& name : names)
    options += fmt::format("{}{}{}", options.empty() ? "" : " ", kAllow, shell_word(name));
  return options;
}

std::vector<std::string> names_to_allow(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = text.find(kAllow); at != std::string_view::npos; at = text.find(kAllow)) {
    text.remove_prefix(at + kAllow.size());
    names.push_back(take_word(text));
  }
  return names;
}

}  // namespace partwise
