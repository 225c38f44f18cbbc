#include <gtest/gtest.h>

#include "base/json.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

/// The tiny tokenizer with `value` at `place` ("/model/dropout").
Json changed(const std::string& place, Json value) {
  Json json = tiny_json();
  json[Json::json_pointer(place)] = std::move(value);
  return json;
}

std::string refusal(const Json& tokenizer_json, const Json& config = nullptr) {
  return bad_data_of([&] { load_json(tokenizer_json, config); });
}

Json bos_template() {
  return Json::parse(R"({"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "<|start|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
    "pair": [],
    "special_tokens": {"<|start|>": {"id": "<|start|>", "ids": [1], "tokens": ["<|start|>"]}}})");
}

Json byte_level() { return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}; }

Json split(const char* expression, const char* behavior, bool invert) {
  return {{"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", behavior}, {"invert", invert}};
}

Json sequence(const Json& steps) { return {{"type", "Sequence"}, {"pretokenizers", steps}}; }

TEST(ByteLevelFromJson, SaysWhatItIs) {
  EXPECT_EQ(load_json(tiny_json())->description(), "byte-level BPE (tokenizer.json)");
}

TEST(ByteLevelFromJson, MergesMayBePairs) {
  Json merges = Json::array();
  for (const std::string& rule : tiny_merges()) {
    merges.push_back({rule.substr(0, rule.find(' ')), rule.substr(rule.find(' ') + 1)});
  }
  EXPECT_EQ(load_json(changed("/model/merges", merges))->encode("hello abc"),
            load_json(tiny_json())->encode("hello abc"));
}

TEST(ByteLevelFromJson, PreTokenizers) {
  const auto ids_of_12 = [](const Json& pre_tokenizer) {
    return load_json(changed("/pre_tokenizer", pre_tokenizer))->encode("12");
  };
  const Ids apart = {byte_id('1'), byte_id('2')};
  EXPECT_EQ(ids_of_12({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}), Ids{k12});
  EXPECT_EQ(ids_of_12(byte_level()), Ids{k12});
  EXPECT_EQ(ids_of_12(sequence({{{"type", "Digits"}, {"individual_digits", false}}, byte_level()})), Ids{k12});
  EXPECT_EQ(ids_of_12(sequence({{{"type", "Digits"}, {"individual_digits", true}}, byte_level()})), apart);
  EXPECT_EQ(ids_of_12(sequence({split("\\p{N}", "Isolated", false), byte_level()})), apart);
  EXPECT_EQ(ids_of_12(sequence({split("\\p{N}", "Isolated", true), byte_level()})), apart);
  EXPECT_EQ(ids_of_12(sequence({split("\\p{N}", "Removed", true), byte_level()})), apart);
  EXPECT_EQ(ids_of_12(sequence({split("1", "Removed", false), byte_level()})), Ids{byte_id('2')});
}

TEST(ByteLevelFromJson, NormalizersOfFormC) {
  const Json nfc = {{"type", "NFC"}};
  const Ids composed = {byte_id(0xc3), byte_id(0xa9)};
  EXPECT_EQ(load_json(changed("/normalizer", nfc))->encode("e\u0301"), composed);
  EXPECT_EQ(load_json(changed("/normalizer", {{"type", "Sequence"}, {"normalizers", {nfc}}}))->encode("e\u0301"),
            composed);
  EXPECT_EQ(load_json(tiny_json())->encode("e\u0301"), (Ids{byte_id('e'), byte_id(0xcc), byte_id(0x81)}));
}

TEST(ByteLevelFromJson, BosByTheTemplate) {
  const auto tokenizer = load_json(changed("/post_processor", bos_template()));
  EXPECT_EQ(tokenizer->bos_id(), kStart);
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("ab"), (Ids{kStart, kAb}));
  EXPECT_EQ(tokenizer->encode("ab", {Bos::no}), Ids{kAb});
  const Json both = {{"type", "Sequence"}, {"processors", {byte_level(), bos_template()}}};
  EXPECT_EQ(load_json(changed("/post_processor", both))->encode("ab"), (Ids{kStart, kAb}));
}

TEST(ByteLevelFromJson, ATemplateThatAddsNothing) {
  Json only_text = bos_template();
  only_text["single"].erase(0);
  EXPECT_FALSE(load_json(changed("/post_processor", only_text))->adds_bos());
  EXPECT_FALSE(load_json(changed("/post_processor", byte_level()))->adds_bos());
}

TEST(ByteLevelFromJson, MarkersByTheConfiguration) {
  const auto tokenizer = load_json(tiny_json(), {{"bos_token", "<|start|>"}, {"eos_token", {{"content", "<|end|>"}}}});
  EXPECT_EQ(tokenizer->bos_id(), kStart);
  EXPECT_EQ(tokenizer->eos_id(), kEnd);
  EXPECT_FALSE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("ab", {Bos::yes}), (Ids{kStart, kAb}));
  const auto plain = load_json(tiny_json(), {{"bos_token", "hello"}, {"eos_token", nullptr}});
  EXPECT_EQ(plain->bos_id(), kHello);
  EXPECT_EQ(plain->eos_id(), std::nullopt);
}

TEST(ByteLevelFromJson, AddedTokensOfTheConfigurationMayRepeatThoseOfTheTokenizer) {
  const Json tokens = {{"1", {{"content", "<|start|>"}, {"special", true}}}, {"2", {{"content", "<tool>"}}}};
  EXPECT_EQ(load_json(tiny_json(), {{"added_tokens_decoder", tokens}})->encode("<tool>"), Ids{kTool});
}

TEST(ByteLevelFromJson, AnUnknownTokenMattersOnlyWhereAByteIsMissing) {
  Json json = changed("/model/unk_token", "<|end|>");
  EXPECT_EQ(load_json(json)->encode("ab"), Ids{kAb});
  json["model"]["vocab"].erase("Ā");
  EXPECT_NE(refusal(json).find("byte 0x00"), std::string::npos);
}

TEST(ByteLevelFromJson, NeutralSettingsAreLetPass) {
  Json json = changed("/model/continuing_subword_prefix", "");
  json["model"]["end_of_word_suffix"] = "";
  json["model"]["dropout"] = 0.0;
  json["truncation"] = {{"max_length", 512}};
  json["padding"] = {{"strategy", "BatchLongest"}};
  json["post_processor"] = byte_level();
  EXPECT_EQ(load_json(json)->encode("ab"), Ids{kAb});
}

struct Refused {
  const char* place;
  const char* value;  // JSON
  const char* named;  // must be in the message
};

constexpr Refused kRefused[] = {
    {"/normalizer", R"({"type": "Lowercase"})", "normalizer 'Lowercase'"},
    {"/normalizer", R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Strip"}]})", "normalizers[1]"},
    {"/normalizer", R"({})", "normalizer.type"},
    {"/normalizer", R"("NFC")", "normalizer"},
    {"/pre_tokenizer", "null", "pre-tokenizer"},
    {"/pre_tokenizer", R"({"type": "Metaspace"})", "pre-tokenizer 'Metaspace'"},
    {"/pre_tokenizer", R"({"type": "Digits", "individual_digits": true})", "without ByteLevel"},
    {"/pre_tokenizer", R"({"type": "ByteLevel", "add_prefix_space": true})", "add_prefix_space"},
    {"/pre_tokenizer", R"({"type": "ByteLevel"})", "add_prefix_space"},
    {"/pre_tokenizer", R"({"type": "ByteLevel", "add_prefix_space": false, "new": 1})", "'new'"},
    {"/pre_tokenizer", R"({"type": "Sequence", "pretokenizers": []})", "without ByteLevel"},
    {"/pre_tokenizer", R"({"type": "Sequence", "pretokenizers": 3})", "array"},
    {"/pre_tokenizer/pretokenizers/0", R"({"type": "ByteLevel", "add_prefix_space": false})", "after ByteLevel"},
    {"/pre_tokenizer/pretokenizers/0", R"({"type": "Split", "pattern": {"String": " "}, "behavior": "Isolated"})",
     "'String'"},
    {"/pre_tokenizer/pretokenizers/0", R"({"type": "Split", "pattern": {"Regex": "a"}, "behavior": "MergedWithNext"})",
     "MergedWithNext"},
    {"/pre_tokenizer/pretokenizers/0", R"({"type": "Split", "pattern": {"Regex": "\\w"}, "behavior": "Isolated"})",
     "\\w"},
    {"/pre_tokenizer/pretokenizers/0", R"({"type": "Punctuation"})", "'Punctuation'"},
    {"/post_processor", R"({"type": "RobertaProcessing"})", "post-processor 'RobertaProcessing'"},
    {"/post_processor", R"({"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}})",
     "template"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<|end|>"}}], "special_tokens": {}})",
     "template"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}, {"Sequence": {"id": "A"}}], "special_tokens": {}})",
     "special_tokens.x"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}, {"Sequence": {"id": "A"}}],
         "special_tokens": {"x": {"ids": [1, 2]}}})",
     "one token"},
    {"/post_processor",
     R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}, {"Sequence": {"id": "A"}}],
         "special_tokens": {"x": {"ids": [270]}}})",
     "270"},
    {"/decoder", "null", "decoder"},
    {"/decoder", R"({"type": "Metaspace"})", "decoder 'Metaspace'"},
    {"/model/type", R"("Unigram")", "'Unigram'"},
    {"/model/type", "null", "tokenizer model ''"},
    {"/model/byte_fallback", "true", "pre-tokenizer 'Sequence'"},
    {"/model/dropout", "0.1", "dropout"},
    {"/model/continuing_subword_prefix", R"("##")", "continuing_subword_prefix"},
    {"/model/end_of_word_suffix", R"("</w>")", "end_of_word_suffix"},
    {"/model/ignore_merges", "1", "ignore_merges"},
    {"/model/surprise", "1", "'surprise'"},
    {"/surprise", "1", "'surprise'"},
    {"/model/vocab", "[]", "model.vocab"},
    {"/model/vocab/x", "-1", "id -1"},
    {"/model/vocab/x", "2000000000", "id 2000000000"},
    {"/model/vocab/x", "18446744073709551615", "model.vocab"},
    {"/model/vocab/x", "1.5", "whole number"},
    {"/model/vocab/x", R"("1")", "whole number"},
    {"/model/vocab/hello", "265", "same id 265"},
    {"/model/vocab/hello", "2", "same id 2"},
    {"/model/merges", "{}", "model.merges"},
    {"/model/merges/0", R"("he")", "entry 0"},
    {"/model/merges/0", R"(["h"])", "entry 0"},
    {"/model/merges/0", R"(["h", 3])", "entry 0"},
    {"/model/merges/0", "7", "entry 0"},
    {"/model/merges/0", R"("h q")", "'hq'"},
    {"/model/merges/1", R"("h e")", "twice"},
    {"/added_tokens", "{}", "added_tokens"},
    {"/added_tokens/0/id", "-1", "added_tokens[0].id"},
    {"/added_tokens/0/id", "2000000000", "2000000000"},
    {"/added_tokens/0/id", "99999999999", "added_tokens[0].id"},
    {"/added_tokens/0/id", "1", "'<|end|>' cannot have the id 1: 0 is what it gets"},
    {"/added_tokens/0/content", R"("")", "empty"},
    {"/added_tokens/0/content", R"("<tool>")", "'<tool>' cannot have the id 0: 2 is what it gets"},
    {"/added_tokens/0", R"({"id": 2, "content": "<tool>"})", "added twice"},
    {"/added_tokens/0/content", "null", "added_tokens[0].content"},
    {"/added_tokens/0/single_word", "1", "added_tokens[0].single_word"},
    {"/added_tokens/0/lstrip", "1", "added_tokens[0].lstrip"},
    {"/added_tokens/0/rstrip", "1", "added_tokens[0].rstrip"},
};

TEST(ByteLevelFromJson, WhatIsWrongOrUnknownIsRefusedByName) {
  for (const auto& [place, value, named] : kRefused) {
    const std::string message = refusal(changed(place, Json::parse(value)));
    EXPECT_NE(message.find(named), std::string::npos) << place << " = " << value << ": " << message;
  }
}

// The ids are those of tokenizers 0.23. The order of its list decides, not the ids in it.
TEST(ByteLevelFromJson, AnAddedTokenHasTheIdThatTokenizersGivesIt) {
  const auto with = [](const std::vector<std::pair<TokenId, const char*>>& added) {
    Json json = tiny_json();
    for (const auto& [id, content] : added) json["added_tokens"].push_back({{"id", id}, {"content", content}});
    return json;
  };
  EXPECT_EQ(load_json(with({{270, "[X]"}, {kAb, "ab"}, {271, "[Y]"}}))->encode("[Y]ab[X]"), (Ids{271, kAb, 270}));
  EXPECT_NE(refusal(with({{5000, "[X]"}})).find("'[X]' cannot have the id 5000: 270 is what it gets"),
            std::string::npos);
  EXPECT_NE(refusal(with({{270, "[X]"}, {272, "[Y]"}})).find("added_tokens[4]': '[Y]' cannot have the id 272: 271 is"),
            std::string::npos);
  EXPECT_NE(refusal(with({{271, "[X]"}, {270, "[Y]"}})).find("'[X]' cannot have the id 271: 270 is"),
            std::string::npos);
  EXPECT_NE(refusal(with({{270, "hello"}})).find("'hello' cannot have the id 270: 262 is"), std::string::npos);
}

TEST(ByteLevelFromJson, AConfigurationThatDoesNotFitIsRefused) {
  const std::pair<Json, const char*> cases[] = {
      {{{"bos_token", 3}}, "bos_token"},
      {{{"eos_token", Json::array()}}, "eos_token"},
      {{{"add_bos_token", "yes"}}, "add_bos_token"},
      {{{"add_bos_token", true}}, "BOS"},
      {{{"add_eos_token", true}}, "add_eos_token"},
      {{{"split_special_tokens", 1}}, "split_special_tokens"},
      {{{"add_prefix_space", true}}, "add_prefix_space"},
      {{{"added_tokens_decoder", {{"2", {{"content", "<new>"}}}}}}, "'<new>'"},
      {{{"added_tokens_decoder", {{"1", {{"content", "<tool>"}}}}}}, "added_tokens_decoder.1"},
      {{{"added_tokens_decoder", {{"2", {{"content", 3}}}}}}, "added_tokens_decoder.2.content"},
      {{{"added_tokens_decoder", 3}}, "added_tokens_decoder"},
      {Json::array(), "tokenizer_config.json"},
  };
  for (const auto& [config, named] : cases) {
    const std::string message = refusal(tiny_json(), config);
    EXPECT_NE(message.find(named), std::string::npos) << config << ": " << message;
  }
  const std::string message = refusal(changed("/post_processor", bos_template()), {{"bos_token", "<|end|>"}});
  EXPECT_NE(message.find("token 1 in front"), std::string::npos) << message;
}

// Fine-tuned models often mark turns by added tokens that are not special. A row must not be able to forge one.
TEST(ByteLevelFromJson, ChatMarkersAreControlTokensWhateverTheFileSays) {
  Json json = tiny_json();
  for (Json& token : json["added_tokens"]) token["special"] = false;
  const auto tokenizer = load_json(json);
  EXPECT_EQ(tokenizer->encode("a<|end|>"), (Ids{byte_id('a'), kEnd}));
  const Ids as_text = load_json(tiny_json())->encode("a<|end|>", {.parse_special = false});
  EXPECT_EQ(tokenizer->encode("a<|end|>", {.literal = {{0, 8}}}), as_text);
  EXPECT_EQ(tokenizer->encode("a<|end|>", {.parse_special = false}), as_text);
  EXPECT_EQ(tokenizer->encode("<tool>", {.literal = {{0, 6}}}), Ids{kTool}) << "no marker of a chat";
}

}  // namespace
}  // namespace partwise::internal
