// The metadata "tokenizer.ggml.*" that all kinds of tokenizers in GGUF files share.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "formats/gguf.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/piece_type.h"

namespace partwise {

/// A view: the file must outlive it. Errors of every function: bad_data, naming the file and the key.
class GgufVocabulary {
 public:
  explicit GgufVocabulary(const GgufFile& gguf) : gguf_(gguf) {}

  bool has(const std::string& key) const { return gguf_.has(key); }
  std::string text(const std::string& key) const;
  bool flag(const std::string& key, bool otherwise) const;
  std::optional<TokenId> id(const std::string& key) const;
  std::vector<float> floats(const std::string& key) const { return gguf_.floats(key); }

  /// tokenizer.ggml.tokens, checked to be UTF-8, and a type for each of them.
  std::vector<std::string> tokens() const;
  std::vector<PieceType> types(std::size_t n_tokens) const;
  /// tokenizer.ggml.merges, and what they say.
  std::vector<std::string> merge_rules() const { return gguf_.strings("tokenizer.ggml.merges"); }
  std::vector<BpeParts::Merge> merges(const std::vector<std::string>& rules) const;

  /// Of the counts and markers only.
  TokenizerOutline outline(std::string_view name, bool adds_bos) const;

  /// Refuses what is set to true and not implemented.
  void refuse_flags(std::initializer_list<const char*> keys) const;
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;

 private:
  const GgufFile& gguf_;
};

}  // namespace partwise
