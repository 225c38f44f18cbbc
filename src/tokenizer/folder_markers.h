// What the files beside a folder's vocabulary decide: added tokens, BOS, EOS, and what is put in front of texts.
#pragma once

#include <cstddef>
#include <optional>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/kind.h"

namespace partwise::internal {

/// What decides whether BOS is put in front.
struct BosDecision {
  TokenizerClass::BosRule rule = TokenizerClass::BosRule::unknown;
  std::optional<TokenId> front;  // the token that the template puts in front
  std::optional<bool> flag;      // add_bos_token if the file lacks it; nullopt: as the template
};

/// The decision for a tokenizer.json whose template puts `front` in front, or for vocab.json and merges.txt, which have
/// no template.
BosDecision bos_decision(const TokenizerFiles& files, std::optional<TokenId> front);

/// Adds the tokens that the files name to `parts`, whose own vocabulary has `n_entries` entries. Reads BOS, EOS and
/// add_bos_token. Errors: bad_data, naming the file and the place, also if files contradict each other.
void read_folder_markers(const TokenizerFiles& files, const BosDecision& decision, std::size_t n_entries,
                         BpeParts& parts);

}  // namespace partwise::internal
