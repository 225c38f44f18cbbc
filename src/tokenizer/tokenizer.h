// Text to token ids and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace partwise {

using TokenId = std::int32_t;

/// Whether a number from a file can be the id of a token in a vocabulary.
constexpr bool is_token_id(std::int64_t number) { return number >= 0 && number <= std::numeric_limits<TokenId>::max(); }

/// Bytes [begin, end) of a text.
struct TextSpan {
  std::size_t begin = 0, end = 0;

  bool operator==(const TextSpan&) const = default;
};

struct EncodeOptions {
  /// Put the BOS id in front: yes, no, or by the file's own rule.
  enum class Bos { automatic, yes, no } bos = Bos::automatic;
  /// Whether the spelling of a special token in the text becomes that token.
  bool parse_special = true;
  /// Bytes in which such a spelling stays text all the same, in order and apart: a token is found where it touches none
  /// of them and no seam between them and the rest. An empty span is a seam.
  std::vector<TextSpan> literal = {};
};

/// Immutable after loading; safe to use from several threads.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// "byte-level BPE (gguf)", for people.
  virtual std::string description() const = 0;
  virtual std::int64_t vocab_size() const = 0;
  virtual std::optional<TokenId> bos_id() const = 0;
  virtual std::optional<TokenId> eos_id() const = 0;
  /// What Bos::automatic does.
  virtual bool adds_bos() const = 0;

  /// Errors: bad_data for text that is not UTF-8, and for Bos::yes where the file declares no BOS.
  virtual std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options = {}) const = 0;
  /// The whole list at once; bytes that are not valid UTF-8 become U+FFFD.
  /// Errors: bad_data for an id outside the vocabulary.
  virtual std::string decode(const std::vector<TokenId>& ids, bool skip_special) const = 0;
  /// The vocabulary entry as a person reads it, for tables and errors ("Ġpositive" is " positive").
  virtual std::string token_text(TokenId id) const = 0;
};

/// From a folder with tokenizer.json, else tokenizer.model, else vocab.json and merges.txt, with what the files beside
/// them say (tokenizer_config.json, special_tokens_map.json, added_tokens.json), or a GGUF file; either may hold a
/// tokenizer and nothing else. A folder may be named by one of its .json or .safetensors files,
/// a split GGUF file by any part. A normaliser, pre-tokeniser, model or decoder that is
/// not implemented is refused by name. Errors: missing_input (nothing there), bad_data.
std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& path);

/// What people want to know of a tokenizer.
struct TokenizerOutline {
  struct Marker {
    TokenId id;
    std::string text;  // as Tokenizer::token_text
  };

  std::string description;
  std::int64_t vocab_size = 0;
  std::optional<Marker> bos, eos;
  bool adds_bos = false;
};

/// Loads it. Errors: those of load_tokenizer.
TokenizerOutline outline_tokenizer(const std::filesystem::path& path);

/// Whether a tokenizer is to be found at `path` at all (a model folder without one is fine for
/// prompts given as ids).
bool has_tokenizer(const std::filesystem::path& path);

/// SHA-256 over what a tokenizer is read from and the fingerprint of its model leaves out. Errors: those of opening the
/// files.
std::string hash_tokenizer(const std::filesystem::path& path);

}  // namespace partwise
