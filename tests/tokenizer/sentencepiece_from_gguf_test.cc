#include <gtest/gtest.h>

#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

constexpr std::int32_t kNormal = 1, kUserDefined = 4, kUnused = 5;

std::string refusal(const GgufWriter& gguf) {
  return bad_data_of([&] { load_gguf(gguf); });
}

bool holds(const std::string& message, const char* part) { return message.find(part) != std::string::npos; }

template <class Value>
std::string refused(const char* key, Value value) {
  return refusal(gguf_of(small_pieces()).add(key, value));
}

/// Metadata without markers and without the name of a pre-tokenizer.
GgufWriter bare_gguf_of(const Pieces& pieces) {
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "llama").add("tokenizer.ggml.tokens", pieces.texts);
  return gguf.add("tokenizer.ggml.scores", pieces.scores).add("tokenizer.ggml.token_type", pieces.types);
}

TEST(SentencePieceFromGguf, BosAndThePrefixAreThereUnlessTheFileSaysNo) {
  const auto tokenizer = load_gguf(gguf_of(small_pieces()));
  EXPECT_EQ(tokenizer->encode("hello"), (Ids{kBosPiece, piece_id("_hello")}));
  EXPECT_EQ(tokenizer->eos_id(), kEosPiece);
  GgufWriter gemma = gguf_of(small_pieces());
  gemma.add("tokenizer.ggml.add_bos_token", false).add("tokenizer.ggml.add_space_prefix", false);
  EXPECT_EQ(load_gguf(gemma)->encode("hello"), Ids{piece_id("hello")});
  EXPECT_EQ(load_gguf(gemma)->decode({piece_id("_hello")}, true), " hello");
}

TEST(SentencePieceFromGguf, RunsOfSpacesMayBeSpelledWithSpaces) {  // as in Gemma's file
  Pieces pieces = small_pieces();
  pieces.add("   ", -1000, kUserDefined);
  GgufWriter gguf = gguf_of(pieces);
  const auto tokenizer = load_gguf(gguf.add("tokenizer.ggml.add_space_prefix", false));
  constexpr TokenId kThree = 285;
  EXPECT_EQ(tokenizer->encode("a   a", {Bos::no}), (Ids{piece_id("a"), kThree, piece_id("a")}));
  EXPECT_EQ(tokenizer->encode("    hello", {Bos::no}), (Ids{kThree, piece_id("_hello")}));
  EXPECT_EQ(tokenizer->encode("\u2581\u2581\u2581", {Bos::no, false}), Ids{kThree});
  EXPECT_EQ(tokenizer->decode({kThree, piece_id("a")}, true), "   a");
}

// As in llama.cpp, and in sentencepiece for each stretch: no dummy prefix before a token, one after each token.
TEST(SentencePieceFromGguf, UserDefinedTokensStandBetweenStretches) {
  Pieces pieces = small_pieces();
  pieces.add("<|user|>", -1000, kUserDefined);
  pieces.add("\u2581\u2581\u2581", -1000, kUserDefined);
  const auto tokenizer = load_gguf(gguf_of(pieces));
  constexpr TokenId kUser = 285, kThree = 286;
  const TokenId hello = piece_id("_hello");
  EXPECT_EQ(tokenizer->encode("<|user|>hello<|user|>", {Bos::no}), (Ids{kUser, hello, kUser}));
  EXPECT_EQ(tokenizer->encode("hello<|user|> hello", {Bos::no}), (Ids{hello, kUser, piece_id("_"), hello}));
  const auto as_text = tokenizer->encode("<|user|>hello", {Bos::no, false});  // the marker of a chat, whatever its type
  EXPECT_EQ(std::count(as_text.begin(), as_text.end(), kUser), 0);
  EXPECT_EQ(tokenizer->decode(as_text, false), "<|user|>hello");
  EXPECT_EQ(tokenizer->encode("hello   a", {Bos::no}), (Ids{hello, kThree, piece_id("a")}));
}

// As Phi-3's tokenizer.json says, and llama.cpp concludes from the name.
TEST(SentencePieceFromGguf, TokensOfPhi3TakeTheSpaceOnTheirRight) {
  Pieces pieces = small_pieces();
  pieces.add("<|user|>", -1000, kUserDefined);
  pieces.add("<|endoftext|>", -1000, kUserDefined);
  constexpr TokenId kUser = 285, kEnd = 286;
  const TokenId hello = piece_id("_hello"), space = piece_id("_");
  const auto with = [&](const char* key, const char* value) {
    return load_gguf(gguf_of(pieces).add(key, value))->encode("<|user|>\n hello<|endoftext|> hello", {Bos::no});
  };
  const Ids taken = {kUser, hello, kEnd, space, hello};
  EXPECT_EQ(with("general.architecture", "phi3"), taken);
  EXPECT_EQ(with("general.name", "Phi-3-mini-4k-instruct"), taken);
  EXPECT_NE(with("general.name", "another"), taken);
}

// As in llama.cpp: BOS is token 1 if the file names none.
TEST(SentencePieceFromGguf, BosIsTheUsualOneWhereTheFileNamesNone) {
  Pieces pieces = small_pieces();
  const auto with = [&](std::uint32_t bos) {
    return load_gguf(bare_gguf_of(pieces).add("tokenizer.ggml.bos_token_id", bos));
  };
  EXPECT_EQ(with(4'294'967'295)->encode("hello"), (Ids{kBosPiece, piece_id("_hello")}));
  EXPECT_EQ(load_gguf(bare_gguf_of(pieces))->encode("hello"), (Ids{kBosPiece, piece_id("_hello")}));
  EXPECT_EQ(with(2)->bos_id(), 2);
  pieces.types[kBosPiece] = kUnused;
  pieces.texts[kBosPiece] = "[PAD1]";
  EXPECT_TRUE(holds(bad_data_of([&] { with(4'294'967'295); }), "BOS"));
}

TEST(SentencePieceFromGguf, OtherNamesOfPreTokenizersAreLetBe) {
  for (const char* name : {"default", "llama-spm"})
    EXPECT_EQ(load_gguf(bare_gguf_of(small_pieces()).add("tokenizer.ggml.pre", name))->encode("hello", {Bos::no}),
              Ids{piece_id("_hello")});
}

TEST(SentencePieceFromGguf, FillersAreNoTokens) {
  Pieces pieces = small_pieces();
  pieces.add("[PAD285]", -10000, kUnused);
  const auto tokenizer = load_gguf(gguf_of(pieces));
  EXPECT_EQ(tokenizer->vocab_size(), 286);
  EXPECT_TRUE(holds(bad_data_of([&] { tokenizer->decode({285}, true); }), "no token 285"));
  pieces.add("[PAD]", -10000, kUnused);
  EXPECT_TRUE(holds(refusal(gguf_of(pieces)), "'[PAD]' of type UNUSED"));
}

TEST(SentencePieceFromGguf, MergesDecideWhereScoresSayNothing) {  // as in older conversions of TinyLlama
  Pieces pieces = small_pieces();
  pieces.scores.assign(pieces.texts.size(), 0);
  GgufWriter gguf = gguf_of(pieces);
  EXPECT_TRUE(holds(refusal(gguf), "tokenizer.ggml.scores' are all the same"));
  gguf.add("tokenizer.ggml.merges", std::vector<std::string>{"b c", "a b", "l l"});
  const auto tokenizer = load_gguf(gguf);
  EXPECT_TRUE(holds(
      bad_data_of([&] { load_gguf(gguf_of(pieces).add("tokenizer.ggml.merges", std::vector<std::string>{"b"})); }),
      "merge 0"));
  EXPECT_EQ(tokenizer->encode("abc", {Bos::no}), (Ids{piece_id("_"), piece_id("a"), piece_id("bc")}));
}

TEST(SentencePieceFromGguf, WhatIsNotImplementedIsRefusedByName) {
  EXPECT_TRUE(holds(refused("tokenizer.ggml.add_eos_token", true), "add_eos_token"));
  EXPECT_TRUE(holds(refused("tokenizer.ggml.add_sep_token", true), "add_sep_token"));
  EXPECT_TRUE(holds(refused("tokenizer.ggml.remove_extra_whitespaces", true), "remove_extra_whitespaces"));
  EXPECT_TRUE(holds(refused("tokenizer.ggml.precompiled_charsmap", "x"), "precompiled_charsmap"));
  GgufWriter other;
  other.add("tokenizer.ggml.model", "llama").add("tokenizer.ggml.pre", "tekken");
  EXPECT_TRUE(holds(refusal(other), "'tekken'"));
}

TEST(SentencePieceFromGguf, WrongMetadataIsRefused) {
  Pieces pieces = small_pieces();
  pieces.scores.pop_back();
  EXPECT_TRUE(holds(refusal(gguf_of(pieces)), "284 scores for 285 tokens"));
  pieces = small_pieces();
  pieces.types.pop_back();
  EXPECT_TRUE(holds(refusal(gguf_of(pieces)), "284 token types for 285 tokens"));
  pieces = small_pieces();
  pieces.add("", 0, kNormal);
  EXPECT_TRUE(holds(refusal(gguf_of(pieces)), "tokenizer.gguf: piece 285 is empty"));
  pieces = small_pieces();
  pieces.add("y", std::numeric_limits<float>::infinity(), kNormal);
  EXPECT_TRUE(holds(refusal(gguf_of(pieces)), "score of token 285"));
  EXPECT_TRUE(holds(refusal(GgufWriter().add("tokenizer.ggml.model", "llama")), "tokenizer.ggml."));
}

}  // namespace
}  // namespace partwise::internal
