#include "report/text/prompt.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "report/text/text_table.h"

namespace partwise::internal {

namespace {

/// "Review|:| Five| stars|.|\\n": tokens with JSON's escapes, so that no token breaks the line.
std::string pieces(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  std::vector<std::string> escaped;
  for (TokenId id : ids) {
    const std::string quoted =
        OrderedJson(tokenizer.token_text(id)).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    escaped.push_back(quoted.substr(1, quoted.size() - 2));
  }
  return fmt::format("{}", fmt::join(escaped, "|"));
}

/// "0  ' negative'  3524"
std::string label(const Prompt& prompt, std::size_t y) {
  const std::string word = y < prompt.options.size() ? fmt::format("'{}'  ", prompt.options[y]) : "";
  const bool right = prompt.label == static_cast<std::int32_t>(y);
  const auto tokens = prompt.label_tokens.empty() ? std::vector{prompt.label_ids[y]} : prompt.label_tokens[y];
  return fmt::format("{}  {}{}{}", y, word, fmt::join(tokens, " "), right ? "  (the right one)" : "");
}

}  // namespace

std::string prompt_text(const PromptSet& set, std::size_t row, const Tokenizer* tokenizer, bool colour) {
  const Prompt& prompt = set.prompts[row];
  std::string text = (prompt.text.empty() ? "(given as ids)" : prompt.text) + "\n\n";
  const auto add = [&](std::string_view name, const std::string& entry) {
    text += styled(fmt::format("{:8}", name), "1", colour) + entry + "\n";
  };
  add("row", fmt::format("{} (of 0 to {}), {}", row, set.prompts.size() - 1, prompt.place));
  add("ids", fmt::format("{}: {}", prompt.ids.size(), fmt::join(prompt.ids, " ")));
  if (tokenizer) add("tokens", pieces(*tokenizer, prompt.ids));
  for (std::size_t y = 0; y < n_labels(prompt); ++y) add("label", label(prompt, y));
  return text;
}

}  // namespace partwise::internal
