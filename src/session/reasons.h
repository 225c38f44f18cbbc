// What drove an answer, in words: the words of the row and the demonstrations that the heads read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "prompts/prompt_words.h"
#include "readers/explain.h"
#include "session/head_weights.h"
#include "session/session.h"
#include "session/text_rows.h"

namespace partwise::internal {

struct WordReason {
  std::string word;         // as the row has it, from white space to white space
  double contribution = 0;  // over all prompt sets
};

struct DemonstrationReason {
  std::int64_t set = 1, number = 0;  // demonstration 0, 1, ... of the prompt set
  std::string label;
  double contribution = 0;
};

/// An answer's lead (readers/explain.h) as a sum over what the heads read, and over the rest of the model:
///   lead = words + demonstrations + prompt + mlps + outside, up to sum_error()
struct Reasons {
  Explains explains = Explains::nothing;  // nothing: the other members are empty
  std::vector<WordReason> words;          // all words of the row, in order
  std::vector<DemonstrationReason> demonstrations;
  double prompt = 0;   // heads: instruction, template, special tokens, and a label's own tokens
  double mlps = 0;     // all MLPs
  double outside = 0;  // embedding, biases, the reader's constants (of heads, too), and members that do not split
  double lead = 0;     // computed from the scores themselves
  double sum_error() const;
};

/// The `n` words that add most to the lead or take most from it, strongest first: "refund (+); invoice (+); app (-)".
/// The same word in several places counts as one. Punctuation is left out, at the ends of words and by itself: so the
/// line begins with a letter or a digit, and no spreadsheet takes it for a formula.
std::string reasons_line(const Reasons& reasons, std::size_t n);

/// Rows with what their parts say, and the reasons for their answers.
struct ReasonedRows {
  Contributions parts;           // those of decompose_rows()
  std::vector<Reasons> reasons;  // [n_examples], by TextRow::example
  DecomposeStats stats = {};     // of the pass; of a reader that does not split, unknown
};

/// Finds the reasons for a reader's answers in the pass that gives the answers.
class ReasonFinder {
 public:
  /// Asks the reader how it weighs heads, which takes a moment. The arguments must outlive the object. Errors: usage,
  /// if it reads labels by their probability over the vocabulary.
  ReasonFinder(const Session& session, const ReaderFile& reader);

  /// decompose_rows(), and the reasons for each example's answer. Errors: those of decompose_rows().
  ReasonedRows find(std::span<TextRow> rows, const ProgressFn& progress) const;

 private:
  std::vector<PromptWords> words_of_row(const TextRow& row) const;
  WeighedHeads weigh(std::span<const std::vector<PromptWords>> words) const;
  Reasons reasons_of(const TextRow& row, std::span<const PromptWords> words, const Contributions& parts,
                     const WeighedHeads& heads) const;

  const Session& session_;
  const ReaderFile& reader_;
  std::optional<HeadsOfReader> heads_;        // nullopt: it does not split over parts, or not under the model's cap
  std::vector<std::vector<ShownRow>> shown_;  // the demonstrations of each prompt set that it reads
};

}  // namespace partwise::internal
