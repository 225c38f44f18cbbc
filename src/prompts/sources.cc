#include "prompts/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "base/error.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostNames = 1000;

/// How many bytes of `text` the first `n` tokens spell, up to the first character that they do not spell in full.
std::size_t spelled(std::string_view text, const std::vector<TokenId>& ids, std::size_t n, const Tokenizer& tokenizer) {
  const std::string before = tokenizer.decode({ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(n)}, false);
  return static_cast<std::size_t>(std::ranges::mismatch(before, text).in1 - before.begin());
}

/// Index of the first token that begins at byte `at` or behind it.
std::size_t first_token(std::string_view text, const std::vector<TokenId>& ids, std::size_t at,
                        const Tokenizer& tokenizer) {
  std::size_t low = 0, high = ids.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (spelled(text, ids, middle, tokenizer) < at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/// Assigns sources to the tokens of one prompt after another.
class SourceMap {
 public:
  SourceMap(const PromptSet& set, const Tokenizer* tokenizer) : shared_(set.sources), tokenizer_(tokenizer) {
    for (const std::string& name : source_names(set))
      index_.emplace(name, static_cast<std::int32_t>(std::ssize(index_)));
  }

  std::vector<std::int32_t> sources_of(const Prompt& prompt) {
    std::vector<std::int32_t> sources(prompt.ids.size(), index_.at("input"));
    if (!shared_.empty() || !prompt.spans.empty()) fill(prompt, sources);
    if (starts_with_bos(prompt)) sources[0] = 0;
    return sources;
  }

 private:
  bool starts_with_bos(const Prompt& prompt) const { return tokenizer_ && tokenizer_->bos_id() == prompt.ids.front(); }

  void fill(std::span<std::int32_t> sources, const std::string& name, std::size_t first, std::size_t last) const {
    std::ranges::fill(sources.subspan(first, last - first), index_.at(name));
  }

  void fill(const Prompt& prompt, std::span<std::int32_t> all) {
    if (prompt.text.empty()) {
      for (const SourceSpan& span : prompt.spans) fill(all, span.name, span.begin, span.end);
      return;
    }
    const std::size_t n_bos = bos_before_text(prompt);
    const std::vector<TokenId> ids(prompt.ids.begin() + static_cast<std::ptrdiff_t>(n_bos), prompt.ids.end());
    const auto sources = all.subspan(n_bos);
    fill_shared(prompt.text, ids, sources);
    for (const SourceSpan& span : prompt.spans)
      fill(sources, span.name, first_token(prompt.text, ids, span.begin, *tokenizer_),
           first_token(prompt.text, ids, span.end, *tokenizer_));
  }

  /// If the tokens before the last source are the same as in an earlier prompt, their sources are copied from there.
  void fill_shared(std::string_view text, const std::vector<TokenId>& ids, std::span<std::int32_t> sources) {
    if (shared_.empty()) return;
    const bool known = !known_ids_.empty() && std::ranges::mismatch(ids, known_ids_).in2 == known_ids_.end();
    if (known) {
      std::ranges::copy(known_sources_, sources.begin());
      return fill(sources, shared_.back().name, known_ids_.size(), ids.size());
    }
    std::size_t first = 0;
    for (const SourceStart& start : shared_) {
      first = first_token(text, ids, start.at, *tokenizer_);
      fill(sources, start.name, first, ids.size());
    }
    known_ids_.assign(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(first));
    known_sources_.assign(sources.begin(), sources.begin() + static_cast<std::ptrdiff_t>(first));
  }

  /// 1 if a BOS that the text does not spell comes first, else 0. Errors: bad_data if the tokens do not spell the text.
  std::size_t bos_before_text(const Prompt& prompt) const {
    const auto spells = [&](std::size_t n) {
      return tokenizer_->decode({prompt.ids.begin() + static_cast<std::ptrdiff_t>(n), prompt.ids.end()}, false) ==
             prompt.text;
    };
    if (starts_with_bos(prompt) && spells(1)) return 1;
    if (spells(0)) return 0;
    throw Error(ErrorCode::bad_data, fmt::format("{}: the tokens do not spell the prompt's text", prompt.place),
                "the tokenizer changes some of its characters, so that it is not known where a source begins");
  }

  const std::vector<SourceStart>& shared_;
  const Tokenizer* tokenizer_;
  std::map<std::string, std::int32_t> index_;
  std::vector<TokenId> known_ids_;           // of an earlier prompt: the tokens before the last shared source
  std::vector<std::int32_t> known_sources_;  // the sources of these tokens
};

}  // namespace

std::vector<std::string> source_names(const PromptSet& set) {
  std::vector<std::string> names = {"bos"};
  std::set<std::string> known = {"bos", "input", "label_so_far"};
  for (const SourceStart& start : set.sources)
    if (known.insert(start.name).second) names.push_back(start.name);
  for (const Prompt& prompt : set.prompts)
    for (const SourceSpan& span : prompt.spans) {
      if (!known.insert(span.name).second) continue;
      if (known.size() > kMostNames)
        throw Error(ErrorCode::bad_data, fmt::format("{}: more than {} sources are named", prompt.place, kMostNames),
                    "give the same names in every row: each row has room for the sources of all");
      names.push_back(span.name);
    }
  names.push_back("input");
  const auto has_long_labels = [](const Prompt& prompt) { return !prompt.label_tokens.empty(); };
  if (std::ranges::any_of(set.prompts, has_long_labels)) names.push_back("label_so_far");
  return names;
}

std::vector<std::vector<std::int32_t>> token_sources(const PromptSet& set, const Tokenizer* tokenizer) {
  SourceMap map(set, tokenizer);
  std::vector<std::vector<std::int32_t>> all;
  for (const Prompt& prompt : set.prompts) all.push_back(map.sources_of(prompt));
  return all;
}

}  // namespace partwise::internal
