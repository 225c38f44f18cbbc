// What all kinds of BPE in tokenizer.json share: the model's tables and added tokens.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/json_part.h"
#include "tokenizer/kind.h"

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

/// "model.vocab" by id, with room for the added tokens. Refuses those whose id is not what they get beside it.
std::vector<std::string> read_vocabulary(const TokenizerFiles& files, const JsonPart& json,
                                         const std::vector<AddedToken>& added);
/// How many entries "model.vocab" has.
std::size_t vocabulary_size(const TokenizerFiles& files);

/// "model.merges": views into the files.
std::vector<BpeParts::Merge> read_merges(const TokenizerFiles& files, const JsonPart& list);

/// Refuses a tokenizer_config.json that asks for a space in front of texts, or for none, where the tokenizer does
/// otherwise.
void check_prefix_space(const JsonPart& config, bool has_prefix);

}  // namespace partwise
