#include "tokenizer/sentencepiece_bpe.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "base/utf8.h"
#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

std::unique_ptr<Tokenizer> small(const std::string& file) {
  if (file == "model") return load_model(model_of(small_pieces()).bytes());
  if (file == "gguf") return load_gguf(gguf_of(small_pieces()));
  return load_json(json_of(small_pieces(), file == "metaspace" ? JsonForm::metaspace_first : JsonForm::prepend));
}

/// The ids of pieces. `names` are separated by spaces; "0xE9" is a byte, "_" stands for "▁".
Ids ids_of(std::string_view names) {
  Ids ids;
  while (!names.empty()) {
    const std::string name(names.substr(0, names.find(' ')));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    ids.push_back(name.starts_with("0x") ? byte_piece_id(static_cast<unsigned char>(std::stoi(name, nullptr, 16)))
                                         : piece_id(name));
  }
  return ids;
}

/// The small vocabulary, read from every kind of file.
class Small : public testing::TestWithParam<const char*> {
 protected:
  const std::unique_ptr<Tokenizer> tokenizer_ = small(GetParam());

  Ids encode(std::string_view text, bool parse_special = true) const {
    return tokenizer_->encode(text, {Bos::no, parse_special});
  }
  /// Whether every stretch of text between added tokens has its own dummy prefix.
  bool prefixes_every_stretch() const { return GetParam() != std::string("metaspace"); }
};

INSTANTIATE_TEST_SUITE_P(Files, Small, testing::Values("model", "gguf", "prepend", "metaspace"),
                         [](const auto& file) { return std::string(file.param); });

TEST_P(Small, MergesByHand) {
  EXPECT_EQ(encode(""), Ids{});
  EXPECT_EQ(encode("hello"), ids_of("_hello"));
  EXPECT_EQ(encode("hello world"), ids_of("_hello _wor l d"));
  EXPECT_EQ(encode("xhello"), ids_of("_ x hello"));
  EXPECT_EQ(encode("aaa"), ids_of("_ aa a"));
  EXPECT_EQ(encode("hello  hello"), ids_of("_hello _ _hello"));
}

TEST_P(Small, ARowSpellsNeitherMarkersNorBytes) {
  for (const std::string text : {"hello<s>", "</s>hello", "<unk>", "hello <s> hello", "<0x0A>"}) {
    const Ids ids = tokenizer_->encode(text, {.bos = Bos::no, .literal = {{0, text.size()}}});
    EXPECT_EQ(ids, encode(text, false)) << text;
    for (TokenId id : {0, 1, 2, static_cast<int>(byte_piece_id(0x0a))})
      EXPECT_EQ(std::count(ids.begin(), ids.end(), id), 0);
  }
}

TEST_P(Small, TheTemplatesMarkersStayBesideALiteralRow) {
  const std::string text = "hello<s>hello</s>";
  EXPECT_EQ(tokenizer_->encode(text, {.bos = Bos::no, .literal = {{8, 13}}}), encode(text));
  const Ids half = tokenizer_->encode("hello<s>hello</s>", {.bos = Bos::no, .literal = {{8, 17}}});
  EXPECT_EQ(std::count(half.begin(), half.end(), kBosPiece), 1);
  EXPECT_EQ(std::count(half.begin(), half.end(), kEosPiece), 0);
}

TEST_P(Small, WhatIsNoPieceBecomesBytes) {
  EXPECT_EQ(encode("\u00e9"), ids_of("_ 0xC3 0xA9"));
  EXPECT_EQ(encode("a\U0001f600a"), ids_of("_ a 0xF0 0x9F 0x98 0x80 a"));
  EXPECT_EQ(encode(std::string("\0\t", 2)), ids_of("_ 0x00 0x09"));
}

TEST_P(Small, SpellingsOfBytesAndControlPiecesAreText) {
  EXPECT_EQ(encode("<0x41>"), ids_of("_ 0x3C 0x30 x 0x34 0x31 0x3E"));
  EXPECT_EQ(encode("<s>", false), ids_of("_ 0x3C 0x73 0x3E"));
  EXPECT_EQ(encode("<unk>", false), ids_of("_ 0x3C 0x75 0x6E 0x6B 0x3E"));
}

TEST_P(Small, TheDummyPrefix) {
  const bool every = prefixes_every_stretch();
  EXPECT_EQ(encode(" "), every ? ids_of("__") : ids_of("_"));
  EXPECT_EQ(encode("  "), every ? ids_of("__ _") : ids_of("__"));
  EXPECT_EQ(encode(" hello"), every ? ids_of("_ _hello") : ids_of("_hello"));
  EXPECT_EQ(encode("\u2581hello"), every ? ids_of("_ _hello") : ids_of("_hello"));
}

TEST_P(Small, ThePrefixAfterSpecialTokens) {
  const bool every = prefixes_every_stretch();
  EXPECT_EQ(encode("<s>"), Ids{kBosPiece});
  EXPECT_EQ(encode("a</s>b"), every ? ids_of("_ a </s> _ b") : ids_of("_ a </s> b"));
  EXPECT_EQ(encode("<s>hello"), every ? ids_of("<s> _hello") : ids_of("<s> hello"));
  EXPECT_EQ(encode("<s> hello"), every ? ids_of("<s> _ _hello") : ids_of("<s> _hello"));
}

TEST_P(Small, UserDefinedPiecesAlways) {
  // In tokenizer.json they are added tokens, which end a stretch. They also end one in llama.cpp.
  const bool ends_stretch = GetParam() == std::string("prepend") || GetParam() == std::string("gguf");
  EXPECT_EQ(encode("a<tool>b"), ends_stretch ? ids_of("_ a <tool> _ b") : ids_of("_ a <tool> b"));
  EXPECT_EQ(encode("a<tool>b", false), encode("a<tool>b"));
  EXPECT_EQ(encode("a\n\n\nb"), ends_stretch ? ids_of("_ a \n\n _ 0x0A b") : ids_of("_ a \n\n 0x0A b"));
}

TEST_P(Small, Decodes) {
  EXPECT_EQ(tokenizer_->decode({}, true), "");
  EXPECT_EQ(tokenizer_->decode(ids_of("_hello _wor l d"), true), "hello world");
  EXPECT_EQ(tokenizer_->decode(ids_of("__ _hello"), true), "  hello");
  EXPECT_EQ(tokenizer_->decode(ids_of("<s> _hello </s>"), true), "hello");
  EXPECT_EQ(tokenizer_->decode(ids_of("<s> _hello </s>"), false), "<s> hello</s>");
  EXPECT_EQ(tokenizer_->decode(ids_of("0x20 a <tool>"), true), "a<tool>");
  EXPECT_EQ(tokenizer_->decode(ids_of("a 0xC3 0xA9 0xC3 a"), true),
            GetParam() == std::string("model") || GetParam() == std::string("gguf") ? "a\u00e9\ufffda"
                                                                                    : "a\ufffd\ufffd\ufffda");
}

TEST_P(Small, TokensAsPeopleReadThem) {
  EXPECT_EQ(tokenizer_->token_text(piece_id("_wor")), " wor");
  EXPECT_EQ(tokenizer_->token_text(byte_piece_id('A')), "A");
  EXPECT_EQ(tokenizer_->token_text(byte_piece_id(0xe4)), "<0xE4>");
  EXPECT_EQ(tokenizer_->token_text(kBosPiece), "<s>");
  EXPECT_NE(tokenizer_->description().find("SentencePiece BPE"), std::string::npos);
}

TEST_P(Small, TokensAsBytes) {
  EXPECT_EQ(tokenizer_->bytes_of(piece_id("_wor")), " wor");
  EXPECT_EQ(tokenizer_->bytes_of(byte_piece_id('A')), "A");
  EXPECT_EQ(tokenizer_->bytes_of(byte_piece_id(0xe4)), "\xe4");
  EXPECT_EQ(tokenizer_->bytes_of(kBosPiece), "<s>");
}

TEST_P(Small, IdsOutsideTheVocabularyAreRefused) {
  const auto n = static_cast<TokenId>(tokenizer_->vocab_size());
  EXPECT_EQ(n, static_cast<TokenId>(small_pieces().texts.size()));
  for (TokenId id : {TokenId{-1}, n, TokenId{1'000'000}}) {
    bad_data_of([&] { tokenizer_->decode({id}, true); });
    bad_data_of([&] { tokenizer_->token_text(id); });
    bad_data_of([&] { tokenizer_->bytes_of(id); });
  }
}

TEST_P(Small, Markers) {
  EXPECT_EQ(tokenizer_->bos_id(), kBosPiece);
  EXPECT_TRUE(tokenizer_->adds_bos());
  EXPECT_EQ(tokenizer_->encode("hello"), ids_of("<s> _hello"));
  EXPECT_EQ(tokenizer_->encode(""), Ids{kBosPiece});
}

std::string random_text(Random& random, const std::vector<std::string>& units) {
  std::string text;
  for (std::uint64_t n = random.below(24); n > 0; --n) text += units[random.below(units.size())];
  return text;
}

TEST_P(Small, DecodingGivesTheTextBack) {
  const std::vector<std::string> units = {"h", "e", "l",  "o",      " ",          "w", "r",
                                          "a", "b", "\t", "\u00e9", "\U0001f600", "c"};
  Random random(5);
  for (int round = 0; round < 2000; ++round) {
    const std::string text = "a" + random_text(random, units);  // Metaspace loses a leading space
    ASSERT_EQ(tokenizer_->decode(encode(text, false), false), text);
  }
}

TEST_P(Small, AMegabyteOfOneUnitTakesNoTime) {  // without a pre-tokenizer, a search over pairs would take hours
  for (const char* unit : {"a", " ", "hello", "\u00e9", "<", "ab"}) {
    std::string text = "x";
    while (text.size() < 1 << 20) text += unit;
    EXPECT_EQ(tokenizer_->decode(encode(text), false), text) << unit;
  }
}

// Pairs with the same score are merged from the left. In a list of merges, no two ranks are equal.
TEST(SentencePieceBpe, EqualScoresGoFromTheLeft) {
  for (const char* file : {"model", "gguf"}) {
    EXPECT_EQ(small(file)->encode("abc", {Bos::no}), ids_of("_ ab c")) << file;
    EXPECT_EQ(small(file)->encode("xabcbc", {Bos::no}), ids_of("_ x ab c bc")) << file;
  }
}

SentencePieceBpeParts only_bytes() {
  static const Pieces pieces = small_pieces();
  SentencePieceBpeParts parts;
  for (int byte = 0; byte < 256; ++byte) parts.vocabulary.push_back(pieces.texts[byte_piece_id(byte)]);
  return parts;
}

struct ScoredPiece {
  std::string text;
  float score;
};

/// The definition: merge the best pair, the leftmost one among equals, until none is left.
std::vector<std::string> merged_by_definition(const std::vector<ScoredPiece>& pieces,
                                              std::vector<std::string> symbols) {
  while (true) {
    const ScoredPiece* best = nullptr;
    std::size_t best_at = 0;
    for (std::size_t at = 0; at + 1 < symbols.size(); ++at) {
      for (const ScoredPiece& piece : pieces) {
        if (piece.text != symbols[at] + symbols[at + 1] || (best && piece.score <= best->score)) continue;
        best = &piece, best_at = at;
      }
    }
    if (!best) return symbols;
    symbols[best_at] = best->text;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best_at) + 1);
  }
}

TEST(SentencePieceBpe, AgreesWithTheDefinitionOnRandomPieces) {
  Random random(8);
  for (int round = 0; round < 200; ++round) {
    SentencePieceBpeParts parts = only_bytes();
    std::vector<ScoredPiece> pieces;  // 'c' alone is no piece, but some pieces contain it
    for (const char* text : {"a", "b"}) pieces.push_back({text, -100});
    for (int i = 0; i < 12; ++i) {
      std::string text;
      for (std::uint64_t n = 2 + random.below(4); n > 0; --n) text += static_cast<char>('a' + random.below(3));
      const bool known =
          std::any_of(pieces.begin(), pieces.end(), [&](const auto& piece) { return piece.text == text; });
      if (!known) pieces.push_back({text, static_cast<float>(random.below(6)) - 3});
    }
    parts.scores.assign(256, 0);
    for (const auto& [text, score] : pieces) parts.vocabulary.push_back(text), parts.scores.push_back(score);
    const std::vector<std::string> vocabulary = parts.vocabulary;
    const SentencePieceBpe tokenizer(std::move(parts));

    std::vector<std::string> symbols(random.below(30)), expected, got;
    std::string text;
    for (std::string& symbol : symbols) text += symbol = std::string(1, static_cast<char>('a' + random.below(3)));
    for (const std::string& symbol : merged_by_definition(pieces, symbols))
      expected.push_back(symbol == "c" ? "<0x63>" : symbol);
    for (TokenId id : tokenizer.encode(text, {})) got.push_back(vocabulary[id]);
    ASSERT_EQ(got, expected) << "round " << round << ": " << text;
  }
}

TEST(SentencePieceBpe, ScoresMustBeNumbersAndOneForEachPiece) {
  SentencePieceBpeParts parts = only_bytes();
  parts.scores.assign(255, 0);
  EXPECT_NE(bad_data_of([&] { SentencePieceBpe{parts}; }).find("255 scores for 256 tokens"), std::string::npos);
  parts.scores.push_back(NAN);
  EXPECT_NE(bad_data_of([&] { SentencePieceBpe{parts}; }).find("score of token 255"), std::string::npos);
}

}  // namespace
}  // namespace partwise::internal
