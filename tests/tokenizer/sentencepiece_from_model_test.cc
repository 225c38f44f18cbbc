#include <gtest/gtest.h>

#include "base/json.h"
#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

constexpr std::uint64_t kNo = 0, kYes = 1;

std::string refusal(const Message& model, const Json& config = nullptr) {
  return bad_data_of([&] { load_model(model.bytes(), config); });
}

std::string refused_trainer(const Message& trainer) { return refusal(model_of(small_pieces(), trainer)); }
std::string refused_normalizer(const Message& normalizer) {
  return refusal(model_of(small_pieces(), llama_trainer(), normalizer));
}

bool holds(const std::string& message, const char* part) { return message.find(part) != std::string::npos; }

TEST(SentencePieceFromModel, OtherModelTypesAreRefusedByName) {
  EXPECT_TRUE(holds(refused_trainer(Message().add(35, kYes)), "model type 'Unigram'"));  // the default
  EXPECT_TRUE(holds(refused_trainer(llama_trainer().add(3, std::uint64_t{1})), "model type 'Unigram'"));
  EXPECT_TRUE(holds(refused_trainer(llama_trainer().add(3, std::uint64_t{3})), "model type 'Word'"));
  EXPECT_TRUE(holds(refused_trainer(llama_trainer().add(3, std::uint64_t{9})), "model type '9'"));
  EXPECT_TRUE(holds(refused_trainer(llama_trainer().add(35, kNo)), "byte_fallback"));
  EXPECT_TRUE(holds(refused_trainer(llama_trainer().add(24, kYes)), "treat_whitespace_as_suffix"));
}

TEST(SentencePieceFromModel, NormalizersThatChangeTextAreRefusedByName) {
  EXPECT_TRUE(holds(refused_normalizer(Message().add(1, "nmt_nfkc").add(4, kNo)), "normalizer 'nmt_nfkc'"));
  EXPECT_TRUE(holds(refused_normalizer(llama_normalizer().add(2, "charsmap")), "normalizer 'identity', which changes"));
  EXPECT_TRUE(holds(refused_normalizer(llama_normalizer().add(6, "rules")), "normalizer 'identity', which changes"));
  EXPECT_TRUE(holds(refused_normalizer(Message().add(1, "identity")), "remove_extra_whitespaces"));  // the default
  EXPECT_TRUE(holds(refused_normalizer(llama_normalizer().add(5, kNo)), "escape_whitespaces"));
  EXPECT_TRUE(holds(refused_normalizer(llama_normalizer().add(7, kNo)), "normalizer_spec: field 7"));
  const Message denormalizer = Message().add(1, "lower").add(2, "charsmap");
  EXPECT_TRUE(holds(refusal(model_of(small_pieces()).add(5, denormalizer)), "denormalizer 'lower'"));
}

TEST(SentencePieceFromModel, UnknownPartsAreRefused) {
  EXPECT_TRUE(holds(refusal(model_of(small_pieces()).add(6, "new")), "field 6"));
  EXPECT_TRUE(holds(refusal(model_of(small_pieces()).add(1, Message().add(4, kNo))), "piece 285: field 4"));
  EXPECT_TRUE(holds(refusal(model_of(small_pieces()).add(1, Message().add(3, std::uint64_t{7}))), "type 7"));
}

TEST(SentencePieceFromModel, WrongPiecesAreRefused) {
  const auto with = [](const char* text, std::int32_t type) {
    Pieces pieces = small_pieces();
    pieces.add(text, 0, type);
    return refusal(model_of(pieces));
  };
  EXPECT_TRUE(holds(with("", 1), "piece 285 is empty"));
  EXPECT_TRUE(holds(with("hello", 1), "'hello' has two ids"));
  EXPECT_TRUE(holds(with("<0x41>", 6), "'<0x41>' has two ids"));
  EXPECT_TRUE(holds(with("<s>", 3), "'<s>' is added twice"));
  EXPECT_TRUE(holds(with("hellos", 5), "'hellos' of type UNUSED"));
  EXPECT_TRUE(holds(with("\xff", 1), "UTF-8"));
  Pieces pieces = small_pieces();
  pieces.texts[byte_piece_id(0x41)] = "<A>";
  EXPECT_TRUE(holds(refusal(model_of(pieces)), "no piece '<0x41>'"));
}

TEST(SentencePieceFromModel, WhatIsNoModelIsRefused) {
  EXPECT_TRUE(holds(refusal(Message()), "an empty file"));
  EXPECT_TRUE(holds(bad_data_of([] { load_model("hello"); }), "tokenizer.model: "));
  const std::string ranks = bad_data_of([] { load_model("IQ== 0\nIg== 1\n"); });
  EXPECT_TRUE(holds(ranks, "tiktoken")) << ranks;
  EXPECT_TRUE(holds(ranks, "tokenizer.json")) << ranks;
}

TEST(SentencePieceFromModel, WithoutADummyPrefix) {  // as in Gemma
  const Message normalizer = llama_normalizer().add(3, kNo);
  const auto tokenizer = load_model(model_of(small_pieces(), llama_trainer(), normalizer).bytes());
  EXPECT_EQ(tokenizer->encode("hello", {Bos::no}), Ids{piece_id("hello")});
  EXPECT_EQ(tokenizer->encode(" hello", {Bos::no}), Ids{piece_id("_hello")});
  EXPECT_EQ(tokenizer->decode({piece_id("_hello")}, true), " hello");
}

TEST(SentencePieceFromModel, MarkersAreThoseOfTheModelOrTheConfiguration) {
  const std::string model = model_of(small_pieces()).bytes();
  const auto plain = load_model(model);
  EXPECT_EQ(plain->bos_id(), kBosPiece);
  EXPECT_EQ(plain->eos_id(), kEosPiece);
  EXPECT_TRUE(plain->adds_bos());
  EXPECT_FALSE(load_model(model, {{"add_bos_token", false}})->adds_bos());
  EXPECT_EQ(load_model(model, {{"bos_token", "</s>"}})->bos_id(), kEosPiece);
  const Message trainer = llama_trainer().add(46, "</s>").add(47, "<end>");
  const auto others = load_model(model_of(small_pieces(), trainer).bytes());
  EXPECT_EQ(others->bos_id(), kEosPiece);
  EXPECT_EQ(others->eos_id(), std::nullopt);
}

TEST(SentencePieceFromModel, TheConfigurationMayTurnTheLegacyPrefixOff) {
  const std::string model = model_of(small_pieces()).bytes();
  const Ids legacy = load_model(model, {{"legacy", true}})->encode("<s>hello", {Bos::no});
  const Ids modern = load_model(model, {{"legacy", false}})->encode("<s>hello", {Bos::no});
  EXPECT_EQ(legacy, (Ids{kBosPiece, piece_id("_hello")}));
  EXPECT_EQ(modern, (Ids{kBosPiece, piece_id("hello")}));
  EXPECT_EQ(load_model(model, {{"legacy", false}})->encode(" hello", {Bos::no}),
            (Ids{piece_id("_"), piece_id("_hello")}));
}

TEST(SentencePieceFromModel, AConfigurationThatDoesNotFitIsRefused) {
  const Message model = model_of(small_pieces());
  EXPECT_TRUE(holds(refusal(model, {{"add_prefix_space", false}}), "add_prefix_space"));
  EXPECT_TRUE(holds(refusal(model, {{"add_eos_token", true}}), "add_eos_token"));
  EXPECT_TRUE(holds(refusal(model, {{"added_tokens_decoder", {{"286", {{"content", "<new>"}}}}}}), "'<new>'"));
  EXPECT_TRUE(holds(refusal(model, {{"added_tokens_decoder", {{"284", {{"content", "<new>"}}}}}}), "'<new>'"));
}

/// The ids of a text with tokens of added_tokens.json.
Ids encode_beside(const Json& added_tokens, const Json& config, const char* text) {
  TempDir folder;
  write_file(folder / "tokenizer.model", model_of(small_pieces()).bytes());
  write_file(folder / "added_tokens.json", added_tokens.dump());
  write_file(folder / "tokenizer_config.json", config.dump());
  return load_and_outline(folder.path())->encode(text, {Bos::no});
}

// As in sentencepiece for each stretch, and in transformers 5.24: each stretch has its own dummy prefix.
TEST(SentencePieceFromModel, TokensOfAnotherFileStandBetweenStretches) {
  const Json added = {{"</s>", 2}, {"<|user|>", 286}, {"<|end|>", 285}};
  const TokenId hello = piece_id("_hello"), bare = piece_id("hello");
  EXPECT_EQ(encode_beside(added, Json::object(), "<|user|>hello<|end|>hello"), (Ids{286, hello, 285, hello}));
  EXPECT_EQ(encode_beside(added, Json::object(), "hello<|end|>"), (Ids{hello, 285}));
  EXPECT_EQ(encode_beside(added, {{"legacy", false}}, "hello<|end|>hello"), (Ids{hello, 285, bare}));
  EXPECT_EQ(encode_beside(added, {{"pad_token", "[PAD]"}}, "[PAD]hello"), (Ids{287, hello}));
}

TEST(SentencePieceFromModel, ATokenOfAnotherFileWithAnImpossibleIdIsRefused) {
  for (const Json& added : {Json{{"<pad>", 290}}, Json{{"<pad>", 284}}, Json{{"</s>", 285}}, Json{{"<pad>", -1}}})
    EXPECT_TRUE(holds(bad_data_of([&] { encode_beside(added, Json::object(), ""); }), "added_tokens.json")) << added;
}

}  // namespace
}  // namespace partwise::internal
