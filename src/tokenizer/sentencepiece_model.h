// The message in tokenizer.model, SentencePiece's ModelProto, as far as it decides how text is split.
//
// It is not read by the sentencepiece library: that library does not say what the file asks for, so nothing could be
// refused by name, and it ends the program on some damaged files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/piece_type.h"

namespace partwise::internal {

struct SentencePieceModel {
  /// Defaults are those of the message's definition.
  struct Normalizer {
    std::string name;
    bool has_charsmap = false, has_rules = false;
    bool add_dummy_prefix = true, remove_extra_whitespaces = true, escape_whitespaces = true;
  };

  // by id
  std::vector<std::string> pieces;
  std::vector<float> scores;
  std::vector<PieceType> types;

  std::int64_t model_type = 1;
  bool byte_fallback = false, treat_whitespace_as_suffix = false;
  std::string bos_piece = "<s>", eos_piece = "</s>";
  Normalizer normalizer, denormalizer;
};

/// Errors: bad_data if it is not such a message, and for parts of it that are not known.
SentencePieceModel read_sentencepiece_model(std::string_view bytes);

}  // namespace partwise::internal
