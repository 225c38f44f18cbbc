#include <gtest/gtest.h>

#include "base/json.h"
#include "pieces.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

Json changed(JsonForm form, const char* place, const Json& value) {
  Json json = json_of(small_pieces(), form);
  json[Json::json_pointer(place)] = value;
  return json;
}

Ids encode(const Json& json, std::string_view text) { return load_json(json)->encode(text, {Bos::no}); }

Json gemma_form() { return json_of(small_pieces(), JsonForm::gemma); }

TEST(SentencePieceFromJson, RanksOfMergesDecide) {
  const Json merges = {"b c", "a b"};
  EXPECT_EQ(encode(changed(JsonForm::prepend, "/model/merges", merges), "abc"),
            (Ids{piece_id("_"), piece_id("a"), piece_id("bc")}));
}

TEST(SentencePieceFromJson, WithoutAPrefix) {
  EXPECT_EQ(encode(gemma_form(), "hello"), Ids{piece_id("hello")});
  EXPECT_EQ(encode(gemma_form(), " hello"), Ids{piece_id("_hello")});
  EXPECT_EQ(load_json(gemma_form())->decode({piece_id("_hello")}, true), " hello");
}

TEST(SentencePieceFromJson, MetaspaceSchemes) {
  const auto with = [](const char* scheme, std::string_view text) {
    return encode(changed(JsonForm::metaspace_first, "/pre_tokenizer/prepend_scheme", scheme), text);
  };
  const Ids hello = {piece_id("hello")}, prefixed = {piece_id("_hello")};
  EXPECT_EQ(with("first", "hello"), prefixed);
  EXPECT_EQ(with("always", "hello"), prefixed);
  EXPECT_EQ(with("never", "hello"), hello);
  EXPECT_EQ(with("first", "<s>hello"), (Ids{kBosPiece, hello[0]}));
  EXPECT_EQ(with("always", "<s>hello"), (Ids{kBosPiece, prefixed[0]}));
  EXPECT_EQ(with("never", " hello"), prefixed);
  EXPECT_EQ(with("always", "<s> hello"), (Ids{kBosPiece, prefixed[0]}));
  EXPECT_EQ(encode(changed(JsonForm::metaspace_first, "/pre_tokenizer/prepend_scheme", nullptr), "<s>hello"),
            (Ids{kBosPiece, prefixed[0]}));
}

// The expected ids are those of Hugging Face's tokenizers 0.23.3: the prefix becomes part of such a token's spelling.
TEST(SentencePieceFromJson, TokensFoundAfterNormalisation) {
  Json json = changed(JsonForm::prepend, "/added_tokens/3/normalized", true);
  const TokenId a = piece_id("a"), space = piece_id("_"), tool = piece_id("<tool>");
  ASSERT_EQ(json["added_tokens"][3]["content"], "<tool>");
  EXPECT_EQ(encode(json, "a <tool> a"), (Ids{space, a, tool, space, a}));
  EXPECT_EQ(encode(json, "<tool>a"), (Ids{tool, a}));
  EXPECT_EQ(encode(json, "<s><tool>a"), (Ids{kBosPiece, tool, a}));
  EXPECT_NE(encode(json, "a<tool>a")[2], tool);
  json = changed(JsonForm::metaspace_first, "/added_tokens/3/normalized", true);
  EXPECT_EQ(encode(json, "a<tool>a"), (Ids{space, a, tool, a}));
  EXPECT_EQ(encode(json, "a <tool> a"), (Ids{space, a, space, tool, space, a}));
}

TEST(SentencePieceFromJson, AddedTokensMayTakeWhiteSpaceAlong) {
  const TokenId a = piece_id("a"), space = piece_id("_"), tool = piece_id("<tool>");
  EXPECT_EQ(encode(changed(JsonForm::metaspace_first, "/added_tokens/3/rstrip", true), "a <tool>  a"),
            (Ids{space, a, space, tool, a}));
  EXPECT_EQ(encode(changed(JsonForm::metaspace_first, "/added_tokens/3/lstrip", true), "a <tool> a"),
            (Ids{space, a, tool, space, a}));
}

struct Refused {
  JsonForm form;
  const char* place;
  const char* value;  // JSON
  const char* named;  // must be in the message
};

constexpr JsonForm kPrepend = JsonForm::prepend, kMetaspace = JsonForm::metaspace_first;
constexpr Refused kRefused[] = {
    {kPrepend, "/normalizer", R"({"type": "NFC"})", "normalizer 'NFC'"},
    {kPrepend, "/normalizer", R"({"type": "Prepend", "prepend": "▁"})", "keeps spaces"},
    {kPrepend, "/normalizer", "null", "keeps spaces"},
    {kPrepend, "/normalizer/normalizers/0/prepend", R"("_")", "'_' instead of '▁'"},
    {kPrepend, "/normalizer/normalizers/0", R"({"type": "Replace", "pattern": {"Regex": " "}, "content": "▁"})",
     "'Regex'"},
    {kPrepend, "/normalizer/normalizers/1/content", R"("x")", "'x' instead of '▁'"},
    {kPrepend, "/normalizer/normalizers/1/pattern/String", R"("x")", "'x' instead of ' '"},
    {kPrepend, "/normalizer/normalizers/2", R"({"type": "Prepend", "prepend": "▁"})", "normalizer 'Prepend'"},
    {kPrepend, "/pre_tokenizer", R"({"type": "Metaspace", "replacement": "▁", "split": false})", "'Metaspace'"},
    {kPrepend, "/pre_tokenizer", R"({"type": "ByteLevel"})", "pre-tokenizer 'ByteLevel'"},
    {kPrepend, "/pre_tokenizer", R"({"type": "Split", "pattern": {"String": "a"}})", "'a' instead of ' '"},
    {kMetaspace, "/pre_tokenizer/split", "true", "Metaspace with split"},
    {kMetaspace, "/pre_tokenizer/split", "null", "Metaspace with split"},
    {kMetaspace, "/pre_tokenizer/replacement", R"("_")", "pre_tokenizer.replacement"},
    {kMetaspace, "/pre_tokenizer/prepend_scheme", R"("last")", "'last'"},
    {kMetaspace, "/pre_tokenizer/add_prefix_space", "false", "contradicts prepend_scheme"},
    {kMetaspace, "/pre_tokenizer/new", "1", "'new'"},
    {kMetaspace, "/normalizer", R"({"type": "Prepend", "prepend": "▁"})", "'Metaspace'"},
    {kPrepend, "/decoder", "null", "decoder"},
    {kPrepend, "/decoder", R"({"type": "ByteLevel"})", "decoder 'ByteLevel'"},
    {kPrepend, "/decoder", R"({"type": "Sequence", "decoders": []})", "without Replace"},
    {kPrepend, "/decoder/decoders/1", R"({"type": "Fuse"})", "decoder 'Fuse'"},
    {kPrepend, "/decoder/decoders/0/content", R"("_")", "'_' instead of ' '"},
    {kPrepend, "/decoder/decoders/3/start", "2", "Strip from 2"},
    {kPrepend, "/decoder/decoders/3/stop", "1", "to 1"},
    {kPrepend, "/decoder/decoders/3/content", R"("▁")", "decoders[3].content"},
    {kPrepend, "/decoder/decoders/4", R"({"type": "Fuse"})", "decoders[4]"},
    {kPrepend, "/model/ignore_merges", "true", "model.ignore_merges"},
    {kPrepend, "/model/dropout", "0.1", "dropout"},
    {kPrepend, "/model/new", "1", "'new'"},
    {kPrepend, "/new", "1", "'new'"},
    {kPrepend, "/model/merges/0", R"("h q")", "'q' is not in the vocabulary"},
    {kPrepend, "/model/vocab/hello", "3", "same id 3"},
    {kPrepend, "/post_processor", R"({"type": "BertProcessing"})", "'BertProcessing'"},
};

TEST(SentencePieceFromJson, WhatIsWrongOrUnknownIsRefusedByName) {
  for (const auto& [form, place, value, named] : kRefused) {
    const Json json = changed(form, place, Json::parse(value));
    const std::string message = bad_data_of([&] { load_json(json); });
    EXPECT_NE(message.find(named), std::string::npos) << place << " = " << value << ": " << message;
  }
}

TEST(SentencePieceFromJson, AByteWithoutAPieceIsRefused) {
  Json json = json_of(small_pieces(), kPrepend);
  json["model"]["vocab"].erase("<0x41>");
  EXPECT_NE(bad_data_of([&] { load_json(json); }).find("no piece '<0x41>'"), std::string::npos);
}

TEST(SentencePieceFromJson, TheConfigurationsPrefixMustBeTheTokenizers) {
  EXPECT_TRUE(load_json(json_of(small_pieces(), kPrepend), {{"add_prefix_space", true}}));
  EXPECT_TRUE(load_json(gemma_form(), {{"add_prefix_space", false}}));
  bad_data_of([] { load_json(json_of(small_pieces(), kPrepend), {{"add_prefix_space", false}}); });
  bad_data_of([] { load_json(gemma_form(), {{"add_prefix_space", true}}); });
}

}  // namespace
}  // namespace partwise::internal
