// What a tokenizer can be read from, and the list of those who can read it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/gguf.h"
#include "tokenizer/tokenizer.h"

namespace partwise {

/// The files of a tokenizer, opened. JSON that is not there is null.
struct TokenizerFiles {
  std::filesystem::path path;      // what the user pointed at
  std::unique_ptr<GgufFile> gguf;  // where that is a GGUF file
  Json tokenizer_json, tokenizer_config;
  std::int64_t largest_id = -1;  // of an outline: in "model.vocab", which is null in tokenizer_json then
  /// What the files call the model: "gpt2", "llama" (GGUF), "BPE", "BPE with byte_fallback", "Unigram"
  /// (tokenizer.json), "tokenizer.model" (where only that is there).
  std::string model;
};

/// A kind of tokenizer in a kind of file: one file in tokenizer/ that defines one of these and registers it.
struct TokenizerSource {
  std::string_view name;  // "byte-level BPE (gguf)", as Tokenizer::description
  bool (*reads)(const TokenizerFiles&);
  std::unique_ptr<Tokenizer> (*make)(const TokenizerFiles&);
  /// Null where loading is quick. Fails wherever more than an outline must be read to tell.
  TokenizerOutline (*outline)(const TokenizerFiles&) = nullptr;
};

struct RegisterTokenizerSource {
  explicit RegisterTokenizerSource(TokenizerSource source);
};

/// Sorted by name.
const std::vector<TokenizerSource>& tokenizer_sources();

}  // namespace partwise
