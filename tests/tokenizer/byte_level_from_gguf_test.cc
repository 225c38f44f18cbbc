#include <gtest/gtest.h>

#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

constexpr std::int32_t kNormal = 1, kUnknown = 2, kControl = 3, kUnused = 5, kByte = 6;

/// GGUF metadata with a few tokens, for tests of wrong files.
GgufWriter few_tokens(const std::vector<std::string>& tokens, const std::vector<std::int32_t>& types,
                      const std::vector<std::string>& merges = {}) {
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "gpt-2").add("tokenizer.ggml.tokens", tokens);
  gguf.add("tokenizer.ggml.token_type", types).add("tokenizer.ggml.merges", merges);
  return gguf;
}

std::string refusal(const GgufWriter& gguf) {
  return bad_data_of([&] { load_gguf(gguf); });
}

TEST(ByteLevelFromGguf, SaysWhatItIs) { EXPECT_EQ(load_gguf(tiny_gguf())->description(), "byte-level BPE (gguf)"); }

TEST(ByteLevelFromGguf, ThePreTokenizerIsChosenByName) {
  EXPECT_EQ(load_gguf(tiny_gguf("smollm"))->encode("12"), (Ids{byte_id('1'), byte_id('2')}));
  EXPECT_EQ(load_gguf(tiny_gguf("gpt-2"))->encode("12"), Ids{k12});
  EXPECT_EQ(load_gguf(tiny_gguf("qwen2"))->encode("12"), (Ids{byte_id('1'), byte_id('2')}));
  EXPECT_EQ(load_gguf(tiny_gguf("qwen2"))->encode("e\u0301"), (Ids{byte_id(0xc3), byte_id(0xa9)}));
  EXPECT_EQ(load_gguf(tiny_gguf("gpt-2"))->encode("e\u0301"), (Ids{byte_id('e'), byte_id(0xcc), byte_id(0x81)}));
}

TEST(ByteLevelFromGguf, OtherPreTokenizersAreRefusedByName) {
  for (const char* name : {"kimi-k2", "name-of-the-future"}) {
    const std::string message = refusal(tiny_gguf(name));
    EXPECT_NE(message.find("'" + std::string(name) + "'"), std::string::npos) << message;
    EXPECT_NE(message.find("dbrx, deepseek-coder"), std::string::npos) << message;
  }
  for (const char* silent : {"default", ""}) {
    const std::string message = refusal(tiny_gguf(silent));
    EXPECT_NE(message.find("how text is split"), std::string::npos) << message;
    EXPECT_NE(message.find("convert the model again"), std::string::npos) << message;
  }
}

// As in llama.cpp: the names of one split add BOS if the file does not say.
TEST(ByteLevelFromGguf, TheNameSaysWhetherBosIsPutInFront) {
  const auto adds_bos = [](const char* name) {
    return load_gguf(tiny_gguf(name).add("tokenizer.ggml.bos_token_id", std::uint32_t{kStart}))->adds_bos();
  };
  for (const char* name : {"llama-bpe", "llama3", "llama-v3", "falcon3", "tekken", "chameleon"})
    EXPECT_TRUE(adds_bos(name)) << name;
  for (const char* name : {"gpt-2", "qwen2", "deepseek-r1-qwen", "smollm", "dbrx", "glm4", "gpt-4o"})
    EXPECT_FALSE(adds_bos(name)) << name;
}

TEST(ByteLevelFromGguf, LlamaBpeTakesPiecesWholeAndPutsBosInFront) {
  GgufWriter llama;
  llama.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "llama-bpe");
  llama.add("tokenizer.ggml.tokens", std::vector<std::string>{"<s>", "a", "b", "ab", "Ġ"});
  llama.add("tokenizer.ggml.token_type", std::vector<std::int32_t>{kControl, kNormal, kNormal, kNormal, kNormal});
  llama.add("tokenizer.ggml.merges", std::vector<std::string>{});
  llama.add("tokenizer.ggml.bos_token_id", std::uint32_t{0});
  const auto tokenizer = load_gguf(llama);
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("ab"), (Ids{0, 3}));
  EXPECT_EQ(tokenizer->encode("ab", {Bos::no}), Ids{3});
  EXPECT_FALSE(load_gguf(llama.add("tokenizer.ggml.add_bos_token", false))->adds_bos());
}

TEST(ByteLevelFromGguf, MarkersAndTheBosRule) {
  GgufWriter gguf = tiny_gguf();
  gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{kStart}).add("tokenizer.ggml.eos_token_id", std::int32_t{kEnd});
  gguf.add("tokenizer.ggml.add_bos_token", true).add("tokenizer.ggml.add_eos_token", false);
  const auto tokenizer = load_gguf(gguf);
  EXPECT_EQ(tokenizer->bos_id(), kStart);
  EXPECT_EQ(tokenizer->eos_id(), kEnd);
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("ab"), (Ids{kStart, kAb}));
  EXPECT_EQ(tokenizer->encode("ab", {Bos::no}), Ids{kAb});
}

TEST(ByteLevelFromGguf, TypesOfTokens) {
  const auto tokenizer = load_gguf(few_tokens({"a", "<unk>", "[PAD1]", "b"}, {kNormal, kUnknown, kUnused, kNormal}));
  EXPECT_EQ(tokenizer->vocab_size(), 4);
  EXPECT_EQ(tokenizer->encode("a<unk>b"), (Ids{0, 1, 3}));
  EXPECT_EQ(tokenizer->decode({0, 1, 3}, true), "ab");
  EXPECT_NE(bad_data_of([&] { tokenizer->decode({2}, true); }).find("no token 2"), std::string::npos);
}

TEST(ByteLevelFromGguf, WrongMetadataIsRefused) {
  EXPECT_NE(refusal(few_tokens({"a", "b"}, {kNormal})).find("1 token types for 2 tokens"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a", "a"}, {kNormal, kNormal})).find("two ids"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a", "\xff"}, {kNormal, kNormal})).find("token 1 is not UTF-8"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a", "<0x41>"}, {kNormal, kByte})).find("type 6"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a"}, {-1})).find("type -1"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a", ""}, {kNormal, kControl})).find("token 1"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a"}, {kNormal}, {"a"})).find("merge 0"), std::string::npos);
  EXPECT_NE(refusal(few_tokens({"a"}, {kNormal}, {"a a"})).find("'aa' is not in the vocabulary"), std::string::npos);
}

TEST(ByteLevelFromGguf, WrongMarkersAreRefused) {
  const auto with = [](const char* key, auto value) { return refusal(tiny_gguf().add(key, value)); };
  EXPECT_NE(with("tokenizer.ggml.eos_token_id", "2").find("eos_token_id"), std::string::npos);
  EXPECT_NE(with("tokenizer.ggml.add_bos_token", std::uint32_t{1}).find("add_bos_token"), std::string::npos);
  EXPECT_NE(with("tokenizer.ggml.add_bos_token", true).find("BOS"), std::string::npos);
  EXPECT_NE(with("tokenizer.ggml.add_eos_token", true).find("add_eos_token"), std::string::npos);
  EXPECT_NE(with("tokenizer.ggml.add_space_prefix", true).find("add_space_prefix"), std::string::npos);
}

// As llama.cpp, which warns and goes on.
TEST(ByteLevelFromGguf, MarkersThatAreNoTokensAreNone) {
  const auto load = [](const char* key, auto id) { return load_gguf(tiny_gguf().add(key, id)); };
  EXPECT_EQ(load("tokenizer.ggml.eos_token_id", std::uint32_t{270})->eos_id(), std::nullopt);
  EXPECT_EQ(load("tokenizer.ggml.eos_token_id", std::uint32_t{0xffffffff})->eos_id(), std::nullopt);
  EXPECT_EQ(load("tokenizer.ggml.eos_token_id", std::uint64_t{1} << 63)->eos_id(), std::nullopt);
  EXPECT_EQ(load("tokenizer.ggml.bos_token_id", std::uint32_t{270})->bos_id(), std::nullopt);
  EXPECT_EQ(load("tokenizer.ggml.bos_token_id", std::int32_t{-1})->bos_id(), std::nullopt);
  for (const char* other : {"unknown", "padding", "seperator", "cls", "mask", "eot"})
    EXPECT_EQ(load(("tokenizer.ggml." + std::string(other) + "_token_id").c_str(), std::uint32_t{270})->encode("ab"),
              Ids{kAb});
  GgufWriter filled = few_tokens({"a", "[PAD1]"}, {kNormal, kUnused});
  EXPECT_EQ(load_gguf(filled.add("tokenizer.ggml.eos_token_id", std::uint32_t{1}))->eos_id(), std::nullopt);
}

TEST(ByteLevelFromGguf, ABosThatIsNoTokenIsRefusedWhereItIsPutInFront) {
  GgufWriter gguf = tiny_gguf("llama3");
  EXPECT_NE(refusal(gguf).find("none is declared"), std::string::npos);
  const std::string message = refusal(gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{270}));
  EXPECT_NE(message.find("is 270, which is none of the 270 tokens"), std::string::npos) << message;
}

TEST(ByteLevelFromGguf, MissingMetadataIsRefused) {
  GgufWriter no_pre, no_tokens;
  no_pre.add("tokenizer.ggml.model", "gpt2");
  no_tokens.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "gpt-2");
  EXPECT_NE(refusal(no_pre).find("tokenizer.ggml.pre"), std::string::npos);
  EXPECT_NE(refusal(no_tokens).find("tokenizer.ggml."), std::string::npos);
}

}  // namespace
}  // namespace partwise::internal
