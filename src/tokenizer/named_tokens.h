// Tokens that files beside a vocabulary name: tokenizer_config.json, special_tokens_map.json, added_tokens.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/json_part.h"
#include "tokenizer/kind.h"

namespace partwise {

struct NamedToken {
  AddedToken token;  // with id -1 where the file gives none
  JsonPart place;
  bool overrides = false;  // its flags go before those that the tokenizer has for it
};

struct NamedTokens {
  std::vector<NamedToken> tokens;       // in the order in which transformers adds those that are new
  std::optional<std::string> bos, eos;  // their spelling
};

/// Errors: bad_data, naming the file and the place. The result views into `files`.
NamedTokens read_named_tokens(const TokenizerFiles& files);

/// Adds those of `named` that `parts` has not added, whose vocabulary has `n_entries` of its own: with the id that they
/// have there, or the next that is free, as transformers does. Errors: bad_data for a token whose file gives it another
/// id than that.
void add_named_tokens(const NamedTokens& named, std::size_t n_entries, BpeParts& parts);

/// Refuses a tokenizer_config.json that names tokens for purposes of a single model ("image_token") which are none of
/// `added`: versions of transformers differ on whether they become tokens.
void check_tokens_of_models(const JsonPart& config, const std::vector<AddedToken>& added);

}  // namespace partwise
