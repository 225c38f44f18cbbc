// The words of a row's text, as bags of words see them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "prompts/prompts.h"
#include "tensor/array.h"

namespace partwise::internal {

/// A hash of each word, in the order of the text, with repeats. Words are what scikit-learn's TfidfVectorizer takes if
/// nothing is set: two or more characters in a row that are letters, numbers or "_", in lower case. The hash is FNV-1a
/// of 64 bits over the word's UTF-8, folded to 31 bits: (h xor (h >> 31)) mod 2^31.
std::vector<std::int32_t> word_hashes(std::string_view text);

/// Those of the prompt's own text (Prompt::row_text): the columns that its template shows, or all that a program wrote.
/// None for a finished prompt, since nobody knows which of its text is the row's.
std::vector<std::int32_t> word_hashes(const Prompt& prompt);

/// Contributions::words: those of each example, and -1 after the last.  [n_examples, most words, or 1 if there are
/// none]
Array<std::int32_t> padded_words(const std::vector<std::vector<std::int32_t>>& of_each);

/// The words of these prompts, padded; empty if no prompt has a text of its own.
Array<std::int32_t> words_of(const std::vector<Prompt>& prompts);

}  // namespace partwise::internal
