#include "session/reasons.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "prompts/prompt_sets.h"
#include "session/answer.h"
#include "session/decompose_rows.h"
#include "session/reader_prompts.h"

namespace partwise::internal {

namespace {

/// The k-th set that is read: set 1 comes first, then 0, 2, 3, ...
std::int64_t number_of_set(std::size_t k) { return k == 0 ? 1 : k == 1 ? 0 : static_cast<std::int64_t>(k); }

std::string_view text_of(const Prompt& prompt, TextSpan span) {
  return std::string_view(prompt.text).substr(span.begin, span.end - span.begin);
}

const Prompt& prompt_of_set(const TextRow& row, std::size_t k) {
  return k == 0 ? row.prompt : row.other_prompts[k - 1];
}

/// The demonstrations in the prompts of each set. Errors: bad_data for a label that there is not.  [n_sets]
std::vector<std::vector<ShownRow>> shown_in_sets(const ReaderFile& reader) {
  std::vector<std::vector<ShownRow>> shown;
  const auto has_label = [&](const ShownRow& row) { return row.label < std::ssize(reader.label_words); };
  for (PromptRecipe& recipe : recipes_of_sets(reader.info)) {
    if (!std::ranges::all_of(recipe.demonstrations, has_label))
      throw Error(ErrorCode::bad_data, "a demonstration of the reader has a label that the reader does not know");
    shown.push_back(std::move(recipe.demonstrations));
  }
  shown.resize(static_cast<std::size_t>(n_sets_read(reader)));
  return shown;
}

/// Errors: bad_data, if the sets of the reader put other words of a row into their prompts.
void check_same_words(const TextRow& row, std::span<const PromptWords> words) {
  for (std::size_t k = 1; k < words.size(); ++k) {
    const auto text = [&](std::size_t set) {
      return [&, set](TextSpan w) { return text_of(prompt_of_set(row, set), w); };
    };
    if (!std::ranges::equal(words[0].words, words[k].words, {}, text(0), text(k)))
      throw Error(ErrorCode::bad_data, "the prompt sets of the reader show other words of a row",
                  {"fit it again on a run that was decomposed here", {Step::decompose, Step::fit}});
  }
}

/// Without the ASCII punctuation at its ends. Empty if it has nothing else.
std::string_view bare(std::string_view word) {
  const auto is_other = [](unsigned char c) { return c >= 0x80 || std::isalnum(c); };
  const auto begin = std::ranges::find_if(word, is_other);
  if (begin == word.end()) return {};
  const auto end = std::find_if(word.rbegin(), word.rend(), is_other).base();
  return {begin, end};
}

/// Each distinct word, in the order in which they come first, with all that it adds. Punctuation is no word here.
std::vector<WordReason> distinct_words(const Reasons& reasons) {
  std::vector<WordReason> distinct;
  for (const WordReason& reason : reasons.words) {
    const std::string word(bare(reason.word));
    if (word.empty()) continue;
    const auto known = std::ranges::find(distinct, word, &WordReason::word);
    if (known == distinct.end())
      distinct.push_back({word, reason.contribution});
    else
      known->contribution += reason.contribution;
  }
  return distinct;
}

/// Whether a cap on logits stands between heads and scores: what a head adds then depends on the whole logit.
bool is_under_cap(const ReaderFile& reader, const ModelConfig& config) {
  const bool reads_capped = reader.reader->kind() == "full" || reader.info.has(facts::kLabelTokens.key);
  return config.logit_cap > 0 && reads_capped;
}

}  // namespace

double Reasons::sum_error() const {
  double sum = prompt + mlps + outside;
  for (const WordReason& word : words) sum += word.contribution;
  for (const DemonstrationReason& demonstration : demonstrations) sum += demonstration.contribution;
  return std::abs(sum - lead);
}

std::string reasons_line(const Reasons& reasons, std::size_t n) {
  std::vector<WordReason> words = distinct_words(reasons);
  std::erase_if(words, [](const WordReason& word) { return word.contribution == 0; });
  std::ranges::stable_sort(words, std::greater(), [](const WordReason& word) { return std::abs(word.contribution); });
  words.resize(std::min(n, words.size()));
  std::vector<std::string> items;
  for (const auto& [word, contribution] : words)
    items.push_back(fmt::format("{} ({})", word, contribution > 0 ? '+' : '-'));
  return fmt::format("{}", fmt::join(items, "; "));
}

ReasonFinder::ReasonFinder(const Session& session, const ReaderFile& reader) : session_(session), reader_(reader) {
  if (what_is_explained(*reader.reader) == Explains::nothing) return;
  if (is_under_cap(reader, session.loaded().config())) return;
  if (is_over_vocabulary(score_of(reader)))
    throw Error(ErrorCode::usage,
                fmt::format("the reader reads labels by their score '{}', which is not split over words",
                            reader.info.text(facts::kScore)),
                {"ask without reasons in words, or make its run with another score", {{Setting::score, "tree"}}});
  heads_ = heads_of_reader(reader, session.loaded().config());
  shown_ = shown_in_sets(reader);
}

std::vector<PromptWords> ReasonFinder::words_of_row(const TextRow& row) const {
  std::vector<PromptWords> words;
  for (std::size_t k = 0; k < shown_.size(); ++k) {
    const Prompt& prompt = prompt_of_set(row, k);
    const bool is_finished = prompt.row_text.empty();
    words.push_back(
        words_of_prompt(prompt, is_finished ? std::span<const ShownRow>() : shown_[k], session_.loaded().tokenizer()));
  }
  check_same_words(row, words);
  return words;
}

/// What is asked of the pass, in the order of prompts_for().  words [n_examples][n_sets]
WeighedHeads ReasonFinder::weigh(std::span<const std::vector<PromptWords>> words) const {
  WeighedHeads heads{heads_->sets, 0, {}};
  for (std::size_t k = 0; k < shown_.size(); ++k)
    for (const std::vector<PromptWords>& of_row : words) {
      heads.prompts.push_back({k, of_row[k].token_of});
      heads.n_sources = std::max(heads.n_sources, of_row[k].n_sources());
    }
  return heads;
}

Reasons ReasonFinder::reasons_of(const TextRow& row, std::span<const PromptWords> words, const Contributions& parts,
                                 const WeighedHeads& heads) const {
  const auto label = static_cast<std::int64_t>(answer_of(reader_, parts, row.example).label);
  const auto n_labels = static_cast<std::size_t>(heads.n_labels());
  const std::vector<double> split = split_lead(*reader_.reader, parts, row.example, label);
  const auto n_heads = static_cast<std::ptrdiff_t>(parts.n_layers() * parts.n_heads());
  Reasons found{.explains = what_is_explained(*reader_.reader)};
  found.lead = lead_of(*reader_.reader, parts, row.example, label);
  found.mlps = std::accumulate(split.begin() + n_heads, split.end() - 1, 0.0);
  found.outside = split.back() + lead_over_others(heads_->constant, label);
  for (TextSpan word : words[0].words) found.words.push_back({std::string(text_of(row.prompt, word)), 0});
  for (std::size_t k = 0; k < words.size(); ++k) {
    const std::int64_t prompt = static_cast<std::int64_t>(k) * parts.n_examples() + row.example;
    std::int64_t next = 0;
    const auto read = [&] { return lead_over_others({&heads.sums(prompt, next++, 0), n_labels}, label); };
    found.prompt += read();
    for (std::int64_t d = 0; d < words[k].n_demonstrations; ++d)
      found.demonstrations.push_back({number_of_set(k), d, reader_.label_words[shown_[k][d].label], read()});
    for (WordReason& word : found.words) word.contribution += read();
  }
  return found;
}

ReasonedRows ReasonFinder::find(std::span<TextRow> rows, const ProgressFn& progress) const {
  if (!heads_) {
    ReasonedRows plain{decompose_rows(session_, reader_, rows, progress), {}};
    if (!plain.parts.heads.empty()) plain.reasons.resize(static_cast<std::size_t>(plain.parts.n_examples()));
    return plain;
  }
  const std::vector<PromptIds> prompts = prompts_for(reader_, rows);
  if (prompts.empty()) return {};
  std::vector<std::vector<PromptWords>> words;
  for (const TextRow& row : rows)
    if (row.example >= 0) words.push_back(words_of_row(row));
  WeighedHeads heads = weigh(words);
  ReasonedRows found;
  found.parts = decompose_rows(session_, reader_, rows, prompts, &heads, progress, &found.stats);
  found.reasons.resize(words.size());
  for (const TextRow& row : rows)
    if (!row.error) found.reasons[row.example] = reasons_of(row, words[row.example], found.parts, heads);
  return found;
}

}  // namespace partwise::internal
