#include "session/reader_prompts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "decompose/label_tree.h"
#include "prompts/words.h"
#include "session/decompose_job.h"
#include "session/label_scores.h"

namespace partwise::internal {

namespace {

void check_first_tokens(const PromptIds& prompt, const TextRow& row) {
  if (const auto error = same_first_tokens(prompt))
    throw Error(error->code(), fmt::format("{}: {}", row.input.line.place, error->what()), error->advice());
}

void check_words(const ReaderFile& reader, const TextRow& row) {
  if (!reader_kind(reader.reader->kind()).reads_words || !row.prompt.row_text.empty()) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: {} reads the words of a row's own text, and nobody knows which text of a finished prompt "
                  "that is",
                  row.input.line.place, reader.reader->kind()),
      "give the row's columns instead of a prompt");
}

/// The prompt with its labels as the reader's run had them: all of one token each, or with trees. Errors: bad_data for
/// labels of several tokens if the run had none, and the reader learnt from it.
PromptIds ids_for(const ReaderFile& reader, const TextRow& row, const Prompt& of_row) {
  PromptIds prompt = ids_of(of_row);
  const LabelScore score = score_of(reader);
  if (score == LabelScore::first) check_first_tokens(prompt, row);
  if (score != LabelScore::tree) return prompt;
  const bool has_trees = reader.info.has(facts::kLabelTokens.key);
  const bool has_learnt = reader_kind(reader.reader->kind()).learns_from != LearnsFrom::nothing;
  if (!has_trees && has_learnt && !prompt.labels.empty())
    throw Error(ErrorCode::bad_data,
                row.input.line.place +
                    ": a label word has several tokens here, but one in the run that the reader was fitted on");
  if (!has_trees) return prompt;
  for (std::int32_t id : std::exchange(prompt.label_ids, {})) prompt.labels.push_back({id});
  return prompt;
}

/// The row's prompt in each set.  [n_sets]
std::vector<PromptIds> ids_for(const ReaderFile& reader, const TextRow& row) {
  check_words(reader, row);
  std::vector<PromptIds> prompts = {ids_for(reader, row, row.prompt)};
  for (const Prompt& other : row.other_prompts) prompts.push_back(ids_for(reader, row, other));
  return prompts;
}

}  // namespace

Stored what_it_reads(const ReaderFile& reader) {
  const ReaderKind& kind = reader_kind(reader.reader->kind());
  const bool rounded = reader.info.text(facts::kStoreAs) == dtype_word(DType::bf16);
  return {kind.reads_hidden, kind.reads_z, rounded ? DType::bf16 : DType::f32};
}

LabelScore score_of(const ReaderFile& reader) {
  const std::string word = reader.info.text(facts::kScore);
  return word.empty() ? LabelScore::tree : parse_score(word);
}

std::vector<PromptIds> prompts_for(const ReaderFile& reader, std::span<TextRow> rows) {
  std::vector<std::vector<PromptIds>> sets(1);  // [n_sets][n_prompts]
  for (TextRow& row : rows) {
    if (row.error) continue;
    try {
      std::vector<PromptIds> prompts = ids_for(reader, row);
      sets.resize(prompts.size());
      for (std::size_t k = 0; k < sets.size(); ++k) sets[k].push_back(std::move(prompts[k]));
    } catch (const Error& error) {
      row.error = error;
      continue;
    }
    row.example = std::ssize(sets[0]) - 1;
  }
  for (std::size_t k = 1; k < sets.size(); ++k) std::ranges::move(sets[k], std::back_inserter(sets[0]));
  return std::move(sets[0]);
}

Array<std::int32_t> words_of(std::span<const TextRow> rows) {
  std::vector<std::vector<std::int32_t>> of_each;
  for (const TextRow& row : rows)
    if (row.example >= 0) of_each.push_back(word_hashes(row.prompt));
  return padded_words(of_each);
}

void refuse(TextRow& row, const Error& error) {
  row.error = Error(error.code(), fmt::format("{}: {}", row.input.line.place, error.what()), error.advice());
}

}  // namespace partwise::internal
