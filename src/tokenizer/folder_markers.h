// What the files beside a folder's vocabulary decide: added tokens, BOS and EOS, and what is put in front of texts.
#pragma once

#include <cstddef>
#include <optional>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/kind.h"

namespace partwise {

/// Who decides whether BOS is put in front.
struct BosDecision {
  TokenizerClass::BosRule rule = TokenizerClass::BosRule::unknown;
  std::optional<TokenId> front;  // what the template puts there
  std::optional<bool> flag;      // add_bos_token where the file does not have it; nothing: as the template
};

/// That of a tokenizer.json whose template puts `front` in front, or of vocab.json and merges.txt, which have none.
BosDecision bos_decision(const TokenizerFiles& files, std::optional<TokenId> front);

/// Adds the tokens that the files name to `parts`, whose vocabulary has `n_entries` of its own, and reads BOS, EOS and
/// add_bos_token. Errors: bad_data, naming the file and the place, also where they contradict each other.
void read_folder_markers(const TokenizerFiles& files, const BosDecision& decision, std::size_t n_entries,
                         BpeParts& parts);

}  // namespace partwise
