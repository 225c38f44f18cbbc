// Writes a SentencePiece vocabulary as every kind of file that may hold one. Also a vocabulary that is small enough to
// merge by hand:
//
//   0 <unk>  1 <s>  2 </s>      unknown, control
//   3 + b                       the byte b
//   259 ...                     pieces, the best first; then single characters; then user-defined pieces
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "support/gguf_writer.h"
#include "tokenizer/tokenizer.h"

namespace partwise::internal::test {

struct Pieces {
  std::vector<std::string> texts;
  std::vector<float> scores;
  std::vector<std::int32_t> types;  // 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte

  void add(const std::string& text, float score, std::int32_t type);
};

/// The pieces of a tokenizer.model.
Pieces read_pieces(const std::string& model_file);

/// A protocol buffer message, such as a tokenizer.model: a list of fields.
class Message {
 public:
  Message& add(std::uint32_t field, std::uint64_t number);
  Message& add(std::uint32_t field, float number);
  Message& add(std::uint32_t field, std::string_view bytes);
  Message& add(std::uint32_t field, const Message& message) { return add(field, message.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t number);
  std::string bytes_;
};

/// The settings of Llama 2: BPE with byte_fallback; no normalisation, a dummy prefix, no white space removed.
Message llama_trainer();
Message llama_normalizer();
Message model_of(const Pieces& pieces, const Message& trainer = llama_trainer(),
                 const Message& normalizer = llama_normalizer());

/// The keys tokenizer.ggml.*, with BOS 1 and EOS 2. The test adds add_bos_token and add_space_prefix itself.
GgufWriter gguf_of(const Pieces& pieces);

/// tokenizer.json, with merges in the order of Hugging Face's conversion: by score, then by length.
enum class JsonForm { prepend, metaspace_first, gemma };  // gemma has no prefix
Json json_of(const Pieces& pieces, JsonForm form);

constexpr TokenId kBosPiece = 1, kEosPiece = 2;
constexpr TokenId byte_piece_id(unsigned char byte) { return 3 + byte; }
/// The small vocabulary. `text` has "_" in place of "▁".
TokenId piece_id(const std::string& text);
Pieces small_pieces();

}  // namespace partwise::internal::test
