// The metadata "tokenizer.ggml.*" that all kinds of tokenizers in GGUF files share.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "formats/gguf.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/piece_type.h"

namespace partwise::internal {

/// A view: the file must outlive it. Errors of every function: bad_data, naming the file and the key.
class GgufVocabulary {
 public:
  explicit GgufVocabulary(const GgufFile& gguf) : gguf_(gguf) {}

  bool has(const std::string& key) const { return gguf_.has(key); }
  std::string text(const std::string& key) const;
  bool flag(const std::string& key, bool otherwise) const;
  /// BOS and EOS. nullopt if the file declares none, or one outside of its vocabulary (4294967295, or the id of a row
  /// that was cut off), which can never be used. Such a BOS is an error if it is to be put in front (`is_added`).
  std::optional<TokenId> bos(bool is_added) const;
  bool declares_bos() const;
  std::optional<TokenId> eos() const;
  /// The id that a key names; nullopt if it is missing or outside of the vocabulary.
  std::optional<TokenId> marker(const std::string& key) const;
  std::vector<float> floats(const std::string& key) const { return gguf_.floats(key); }

  /// tokenizer.ggml.tokens, checked to be UTF-8, and the type of each.
  std::vector<std::string> tokens() const;
  std::vector<PieceType> types(std::size_t n_tokens) const;
  /// tokenizer.ggml.merges as strings, and parsed.
  std::vector<std::string> merge_rules() const { return gguf_.strings("tokenizer.ggml.merges"); }
  std::vector<BpeParts::Merge> merges(const std::vector<std::string>& rules) const;

  /// Refuses keys that are true, since they are not implemented.
  void refuse_flags(std::initializer_list<const char*> keys) const;
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;

 private:
  const GgufFile& gguf_;
};

}  // namespace partwise::internal
