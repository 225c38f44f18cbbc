// What all kinds of BPE in tokenizer.json share: the model's tables, added tokens, and tokenizer_config.json's markers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/json_part.h"

namespace partwise {

// Errors of every function: bad_data, naming the file and the place.

/// Refuses parts of tokenizer.json that are not known.
void check_tokenizer_members(const JsonPart& json);

/// Refuses options of "model" that are not implemented.
void check_model_options(const JsonPart& model);

/// An id, which must be one.
TokenId read_token_id(const JsonPart& id);

/// "added_tokens".
std::vector<AddedToken> read_added(const JsonPart& list);

/// "model.vocab" by id, with room for the added tokens; `added_list` is where those are.
std::vector<std::string> read_vocabulary(const JsonPart& vocab, const JsonPart& added_list,
                                         const std::vector<AddedToken>& added);

/// "model.merges": views into the JSON.
std::vector<BpeParts::Merge> read_merges(const JsonPart& list);

/// BOS and EOS of tokenizer_config.json, which go before those that `parts` has and before the template of
/// tokenizer.json, which puts `front` in front of texts.
void read_markers(const JsonPart& config, std::optional<TokenId> front, BpeParts& parts);

/// Refuses a tokenizer_config.json that asks for a space in front of texts, or for none, where the tokenizer does
/// otherwise.
void check_prefix_space(const JsonPart& config, bool has_prefix);

}  // namespace partwise
