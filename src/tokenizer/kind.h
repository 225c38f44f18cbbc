// The files of a tokenizer, and the list of tokenizer kinds that can read them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "formats/gguf.h"
#include "tokenizer/json_tables.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_class.h"

namespace partwise::internal {

/// The opened files of a tokenizer. JSON of a missing file is null.
struct TokenizerFiles {
  std::filesystem::path path;      // the path that the user gave
  std::unique_ptr<GgufFile> gguf;  // if that is a GGUF file

  // For a folder. vocab.json and merges.txt are read as the tokenizer.json that they stand for.
  Json tokenizer_json, tokenizer_config, special_tokens_map, added_tokens;
  TokenizerClass tokenizer_class;
  bool is_vocabulary_alone = false;      // tokenizer_json is from vocab.json and merges.txt
  std::filesystem::path tokenizer_file;  // where tokenizer_json is from
  /// "model.vocab" and "model.merges" of tokenizer_json, which then has null for both. nullopt: they are in
  /// tokenizer_json.
  std::optional<JsonTables> tables;
  std::optional<MappedFile> mapped;  // what `tables` views

  /// What the files call the model: "gpt2", "llama" (GGUF), "BPE", "BPE with byte_fallback", "Unigram"
  /// (tokenizer.json), "tokenizer.model" (if only that is there).
  std::string model;
};

/// A kind of tokenizer in a kind of file: one file in tokenizer/kinds/, which adds one of these to the list
/// (cmake/registry.cmake).
struct TokenizerKind {
  std::string_view name;  // "byte-level BPE (gguf)", as Tokenizer::description
  bool (*reads)(const TokenizerFiles&);
  std::unique_ptr<Tokenizer> (*make)(const TokenizerFiles&);
};

/// Sorted by name.
const std::vector<TokenizerKind>& tokenizer_kinds();

}  // namespace partwise::internal
