// What surrounds a byte-level model in tokenizer.json (Hugging Face tokenizers): normalizer, pre_tokenizer,
// post_processor, decoder. A component that is not read here is refused by name.
#pragma once

#include <optional>
#include <vector>

#include "base/json_part.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal {

/// Errors: bad_data, "ROLE 'TYPE' is not supported".
[[noreturn]] void refuse_type(const JsonPart& part, const char* role);

/// The components in `members` of a "Sequence"; otherwise the component itself; none if it is null.
std::vector<JsonPart> flatten(const JsonPart& part, const char* members);

/// Whether text is normalised to form C. Errors: bad_data for every other normalizer.
bool read_normalizer(const JsonPart& normalizer);

/// Reads Split, Digits and ByteLevel, and sequences of them that end in ByteLevel. Errors: bad_data for everything
/// else.
PreTokenizer read_pre_tokenizer(const JsonPart& pre_tokenizer);

/// The token that is put in front of a text, if there is one. Errors: bad_data if anything else is added.
std::optional<TokenId> read_post_processor(const JsonPart& post_processor);

/// Errors: bad_data for a decoder that does not turn byte-level spelling back into bytes.
void check_decoder(const JsonPart& decoder);

}  // namespace partwise::internal
