#include <algorithm>

#include "prompts/prompts.h"

namespace partwise::internal {

std::int64_t tokens_needed(const Prompt& prompt) {
  std::int64_t longest = 1;
  for (const auto& tokens : prompt.label_tokens) longest = std::max<std::int64_t>(longest, std::ssize(tokens));
  return std::ssize(prompt.ids) + longest - 1;
}

std::size_t n_labels(const Prompt& prompt) {
  return std::max({prompt.options.size(), prompt.label_ids.size(), prompt.label_tokens.size()});
}

void erase_text(Prompt& prompt, TextSpan bytes) {
  prompt.text.erase(bytes.begin, bytes.end - bytes.begin);
  const auto moved = [&](std::size_t at) { return at - (std::clamp(at, bytes.begin, bytes.end) - bytes.begin); };
  for (auto* spans : {&prompt.row_text, &prompt.literal})
    for (TextSpan& span : *spans) span = {moved(span.begin), moved(span.end)};
  for (SourceSpan& span : prompt.spans) span = {span.name, moved(span.begin), moved(span.end)};
}

std::string bos_word(EncodeOptions::Bos bos) {
  return bos == EncodeOptions::Bos::yes ? "yes" : bos == EncodeOptions::Bos::no ? "no" : "auto";
}

std::optional<EncodeOptions::Bos> parse_bos(std::string_view word) {
  using Bos = EncodeOptions::Bos;
  for (Bos bos : {Bos::automatic, Bos::yes, Bos::no})
    if (word == bos_word(bos)) return bos;
  return std::nullopt;
}

void set_bos(PromptSet& set, EncodeOptions::Bos bos) {
  set.bos = bos;
  if (bos != EncodeOptions::Bos::automatic) set.info.set(facts::kBos, bos_word(bos));
}

void make_literal(PromptSet& set) {
  for (Prompt& prompt : set.prompts) {
    prompt.literal = {{0, prompt.text.size()}};
    prompt.literal_options = true;
  }
  set.info.set(facts::kSpecialInRows, "text");
}

}  // namespace partwise::internal
