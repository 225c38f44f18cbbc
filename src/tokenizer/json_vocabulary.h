// What all kinds of BPE in tokenizer.json share: the model's tables and added tokens.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_part.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/kind.h"

namespace partwise::internal {

// Errors of every function: bad_data, naming the file and the place.

/// Refuses parts of tokenizer.json that are not known.
void check_tokenizer_members(const JsonPart& json);

/// Refuses options of "model" that are not implemented.
void check_model_options(const JsonPart& model);

/// Reads a token id.
TokenId read_token_id(const JsonPart& id);

/// Reads "added_tokens".
std::vector<AddedToken> read_added(const JsonPart& list);

/// "model.vocab" by id, with room for the added tokens. Refuses added tokens whose id in the file is not the one that
/// they get beside this vocabulary.
std::vector<std::string> read_vocabulary(const TokenizerFiles& files, const JsonPart& json,
                                         const std::vector<AddedToken>& added);
/// The number of entries of "model.vocab".
std::size_t vocabulary_size(const TokenizerFiles& files);

/// "model.merges": views into the files.
std::vector<BpeParts::Merge> read_merges(const TokenizerFiles& files, const JsonPart& list);

/// Refuses a tokenizer_config.json that contradicts the tokenizer about a space in front of texts.
void check_prefix_space(const JsonPart& config, bool has_prefix);

}  // namespace partwise::internal
