// Tokens that are named by the files beside a vocabulary: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_part.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/kind.h"

namespace partwise::internal {

struct NamedToken {
  AddedToken token;  // id -1: the file gives no id
  JsonPart place;
  bool overrides = false;  // its flags replace those of the tokenizer
};

struct NamedTokens {
  std::vector<NamedToken> tokens;       // in the order in which transformers adds new ones
  std::optional<std::string> bos, eos;  // their spelling
  /// Key ("bos_token") and spelling of all that the files, or the tokenizer's class, name.
  std::vector<std::pair<std::string, std::string>> markers;
};

/// Errors: bad_data, naming the file and the place. The result views into `files`.
NamedTokens read_named_tokens(const TokenizerFiles& files);

/// Adds the tokens of `named` that `parts` has not added yet, as transformers does: with their id in the vocabulary,
/// which has `n_entries` entries of its own, or with the next free id. Errors: bad_data if the file gives a token
/// another id.
void add_named_tokens(const NamedTokens& named, std::size_t n_entries, BpeParts& parts);

/// Refuses a tokenizer_config.json with tokens for purposes of a single model ("image_token") that are not in `added`:
/// versions of transformers differ in whether they become tokens.
void check_tokens_of_models(const JsonPart& config, const std::vector<AddedToken>& added);

}  // namespace partwise::internal
