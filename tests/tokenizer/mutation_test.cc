// Damaged files: after every cut and every changed byte, a tiny file must load or give an Error.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;

constexpr unsigned char kMasks[] = {0x01, 0x08, 0x80, 0xff};

/// Calls that every tokenizer must survive.
void use(const Tokenizer& tokenizer) {
  std::vector<TokenId> ids = tokenizer.encode("hello <|s|> 12 \u00e9", {EncodeOptions::Bos::no});
  tokenizer.decode(ids, true);
  for (TokenId id : ids) tokenizer.token_text(id);
}

/// Damages a file at every `step`-th place. Returns how many damaged files still load.
int survivors(const std::string& content, const std::string& file_name, const std::string& load_name,
              std::size_t step = 1) {
  TempDir folder;
  int n_fine = 0;
  const auto try_with = [&](const std::string& damaged) {
    write_file(folder / file_name, damaged);
    try {
      outline_tokenizer(folder / load_name);  // must not refuse what loading accepts
      use(*load_tokenizer(folder / load_name));
      ++n_fine;
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
    }
  };
  for (std::size_t length = 0; length < content.size(); length += step) try_with(content.substr(0, length));
  EXPECT_EQ(n_fine, 0) << "of the truncated files";
  for (std::size_t i = 0; i < content.size(); i += step) {
    for (unsigned char mask : kMasks) {
      std::string damaged = content;
      damaged[i] = static_cast<char>(damaged[i] ^ mask);
      try_with(damaged);
    }
  }
  return n_fine;
}

TEST(DamagedTokenizer, Gguf) {
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "smollm");
  gguf.add("tokenizer.ggml.tokens", std::vector<std::string>{"<|s|>", "h", "e", "l", "o", "Ġ", "1", "he", "ll"});
  gguf.add("tokenizer.ggml.token_type", std::vector<std::int32_t>{3, 1, 1, 1, 1, 1, 1, 1, 1});
  gguf.add("tokenizer.ggml.merges", std::vector<std::string>{"h e", "l l"});
  gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{0}).add("tokenizer.ggml.add_bos_token", true);
  std::string content = gguf.bytes();
  content.erase(content.find_last_not_of('\0') + 1);  // the padding is optional
  EXPECT_GT(survivors(content, "t.gguf", "t.gguf"), 0);
}

TEST(DamagedTokenizer, Json) {
  const std::string json =
      R"json({"added_tokens": [{"id": 0, "content": "<|s|>", "normalized": false, "special": true}],
"normalizer": {"type": "NFC"},
"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
  {"type": "Split", "pattern": {"Regex": "\\p{N}|\\s+(?!\\S)"}, "behavior": "Isolated", "invert": false},
  {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]},
"post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "s"}}, {"Sequence": {"id": "A"}}],
  "special_tokens": {"s": {"ids": [0]}}},
"decoder": {"type": "ByteLevel"},
"model": {"type": "BPE", "vocab": {"<|s|>": 0, "h": 1, "e": 2, "l": 3, "o": 4, "Ġ": 5, "he": 6, "ll": 7},
  "merges": ["h e", ["l", "l"]]}})json";
  EXPECT_GT(survivors(json, "tokenizer.json", "."), 0);
}

/// The small vocabulary without most of its pieces. The 256 bytes must stay, so the file is too long to try every
/// place.
Pieces few_pieces() {
  Pieces pieces = small_pieces();
  pieces.texts.resize(264), pieces.scores.resize(264), pieces.types.resize(264);
  return pieces;
}

constexpr std::size_t kStep = 13;

// sentencepiece_model_test.cc damages the message itself at every place.
TEST(DamagedTokenizer, SentencePieceModel) {
  EXPECT_GT(survivors(model_of(few_pieces()).bytes(), "tokenizer.model", ".", kStep), 0);
}

TEST(DamagedTokenizer, SentencePieceGguf) {
  std::string content = gguf_of(few_pieces()).add("tokenizer.ggml.add_bos_token", true).bytes();
  content.erase(content.find_last_not_of('\0') + 1);
  EXPECT_GT(survivors(content, "t.gguf", "t.gguf", kStep), 0);
}

}  // namespace
}  // namespace partwise::internal
