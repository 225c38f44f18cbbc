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

namespace partwise::internal {

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
  /// Bytes in which such a spelling stays text nevertheless; spans are in order and do not overlap. A special token is
  /// found only if it contains none of these bytes and crosses no seam. A seam is the border between two literal spans,
  /// or of one with other text. An empty span is a seam as well.
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

  /// Errors: bad_data for text that is not UTF-8, and for Bos::yes if the file declares no BOS.
  virtual std::vector<TokenId> encode(std::string_view text, const EncodeOptions& options = {}) const = 0;
  /// Decodes the whole list at once; bytes that are not valid UTF-8 become U+FFFD.
  /// Errors: bad_data for an id outside the vocabulary.
  virtual std::string decode(const std::vector<TokenId>& ids, bool skip_special) const = 0;
  /// The vocabulary entry as a person reads it, for tables and errors ("Ġpositive" is " positive").
  virtual std::string token_text(TokenId id) const = 0;
  /// The bytes that the token stands for in a text. They need not be whole characters.
  virtual std::string bytes_of(TokenId id) const { return token_text(id); }
};

/// Loads a tokenizer from a folder or a GGUF file, which may hold nothing but a tokenizer. In a folder, tokenizer.json
/// goes before tokenizer.model, and that before vocab.json with merges.txt; tokenizer_config.json,
/// special_tokens_map.json and added_tokens.json beside them count as well. `path` may also be one of the folder's
/// .json or .safetensors files, or any part of a split GGUF file. A normaliser, pre-tokeniser, model or decoder that is
/// not implemented is refused by name. Errors: missing_input (nothing there), bad_data.
std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& path);

/// What people want to know about a tokenizer.
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

/// Loads the tokenizer and describes it. Errors: those of load_tokenizer.
TokenizerOutline outline_tokenizer(const std::filesystem::path& path);

/// Whether there is a tokenizer at `path`. (A model folder without one is enough for prompts given as ids.)
bool has_tokenizer(const std::filesystem::path& path);

/// SHA-256 over everything that a tokenizer is read from and that its model's fingerprint does not cover. Errors: those
/// of opening the files.
std::string hash_tokenizer(const std::filesystem::path& path);

}  // namespace partwise::internal
