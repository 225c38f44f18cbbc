// The effect of the files beside a vocabulary. The ids are those of transformers 5.24 and 4.57.1 if these agree. If
// they do not, the folder is refused or read as 4.57.1 does.
#include <gtest/gtest.h>

#include "base/json.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;

constexpr TokenId kNext = 270;  // the first id behind the vocabulary

Json with_template(Json json = tiny_json()) {
  json["post_processor"] = {{"type", "TemplateProcessing"},
                            {"single", {{{"SpecialToken", {{"id", "s"}}}}, {{"Sequence", {{"id", "A"}}}}}},
                            {"special_tokens", {{"s", {{"ids", {kStart}}}}}}};
  return json;
}

/// tokenizer_config.json with the markers of the tiny tokenizer. `more` adds to them and overrides them.
Json config_of(const char* tokenizer_class, Json more = Json::object()) {
  Json config = {{"bos_token", "<|start|>"},
                 {"eos_token", "<|end|>"},
                 {"unk_token", "<|end|>"},
                 {"pad_token", "<|end|>"},
                 {"tokenizer_class", tokenizer_class}};
  config.update(more);
  return config;
}

/// A folder with tokenizer.json and other files.
class Folder {
 public:
  explicit Folder(const Json& tokenizer_json) { add("tokenizer.json", tokenizer_json); }

  Folder& add(const char* name, const Json& json) {
    write_file(folder_ / name, json.dump());
    return *this;
  }
  Ids encode(const char* text) const { return load_and_outline(folder_.path())->encode(text, {}); }
  std::string refusal() const {
    return bad_data_of([&] { load_tokenizer(folder_.path()); });
  }

 private:
  TempDir folder_;
};

bool adds_bos(const Json& tokenizer_json, const Json& config) { return load_json(tokenizer_json, config)->adds_bos(); }

TEST(FolderMarkers, TheTemplateDecidesForSomeClasses) {
  for (const char* name : {"PreTrainedTokenizerFast", "TokenizersBackend", "Qwen2Tokenizer", "Qwen2TokenizerFast",
                           "GPT2Tokenizer", "GPT2TokenizerFast"}) {
    for (const Json& flag : {Json(true), Json(false)}) {
      EXPECT_TRUE(adds_bos(with_template(), config_of(name, {{"add_bos_token", flag}}))) << name << flag;
      EXPECT_FALSE(adds_bos(tiny_json(), config_of(name, {{"add_bos_token", flag}}))) << name << flag;
    }
    EXPECT_FALSE(adds_bos(tiny_json(), config_of(name, {{"add_eos_token", true}}))) << name;  // no longer used
  }
}

TEST(FolderMarkers, TheFlagDecidesForOthers) {
  for (const char* name : {"LlamaTokenizer", "LlamaTokenizerFast", "GemmaTokenizerFast", "GPTNeoXTokenizer"}) {
    EXPECT_TRUE(adds_bos(tiny_json(), config_of(name, {{"add_bos_token", true}}))) << name;
    EXPECT_FALSE(adds_bos(with_template(), config_of(name, {{"add_bos_token", false}}))) << name;
  }
  EXPECT_TRUE(adds_bos(with_template(), config_of("LlamaTokenizer")));
  EXPECT_FALSE(adds_bos(with_template(), config_of("GPTNeoXTokenizer")));  // a missing flag is false for this class
}

TEST(FolderMarkers, AClassMayBeThatOfTheModel) {
  Json config = config_of("", {{"add_bos_token", true}});
  config.erase("tokenizer_class");
  const auto encode = [&](const Json& model) {
    return Folder(tiny_json()).add("tokenizer_config.json", config).add("config.json", model).encode("ab");
  };
  EXPECT_EQ(encode({{"model_type", "llama"}}), (Ids{kStart, kAb}));
  EXPECT_EQ(encode({{"model_type", "qwen3"}}), Ids{kAb});
  EXPECT_EQ(encode({{"model_type", "llama"}, {"tokenizer_class", "GPT2Tokenizer"}}), Ids{kAb});
}

TEST(FolderMarkers, AContradictionThatNoClassSettlesIsRefused) {
  for (const char* name : {"TokenizerOfTheFuture", ""}) {
    const Json flag = {{"add_bos_token", true}}, no_flag = {{"add_bos_token", false}};
    for (const std::string& message :
         {Folder(tiny_json()).add("tokenizer_config.json", config_of(name, flag)).refusal(),
          Folder(with_template()).add("tokenizer_config.json", config_of(name, no_flag)).refusal()}) {
      EXPECT_NE(message.find("add_bos_token"), std::string::npos) << message;
      EXPECT_NE(message.find("in front, and "), std::string::npos) << message;
    }
    EXPECT_TRUE(adds_bos(with_template(), config_of(name, flag)));
    EXPECT_FALSE(adds_bos(tiny_json(), config_of(name, no_flag)));
  }
}

TEST(FolderMarkers, ARenamedBosLeavesTheTemplateAsItIs) {  // as TRL's setup_chat_format does
  const Json renamed = {{"bos_token", "<tool>"}};
  EXPECT_EQ(load_json(with_template(), config_of("PreTrainedTokenizerFast", renamed))->encode("<tool>ab", {}),
            (Ids{kStart, kTool, kAb}));
  const std::string message =
      Folder(with_template()).add("tokenizer_config.json", config_of("LlamaTokenizer", renamed)).refusal();
  EXPECT_NE(message.find("bos_token"), std::string::npos) << message;
  EXPECT_NE(message.find("token 1 in front"), std::string::npos) << message;
  const Json off = {{"bos_token", "<tool>"}, {"add_bos_token", false}};
  EXPECT_EQ(load_json(with_template(), config_of("LlamaTokenizer", off))->encode("ab", {}), Ids{kAb});
}

TEST(FolderMarkers, SpecialTokensMayBeSplit) {
  const auto tokenizer =
      load_json(with_template(), config_of("PreTrainedTokenizerFast", {{"split_special_tokens", true}}));
  EXPECT_EQ(tokenizer->encode("<tool>", {}), (Ids{kStart, kTool}));  // <tool> is not special
  const Ids split = tokenizer->encode("<|end|>", {});
  EXPECT_EQ(split.size(), 8u);
  EXPECT_EQ(split[1], byte_id('<'));
}

constexpr const char* kFast = "PreTrainedTokenizerFast";

TEST(FolderMarkers, TokensOfAddedTokensJsonAreFound) {
  const Json added = {{"<|user|>", kNext + 1}, {"<|bot|>", kNext}};
  EXPECT_EQ(Folder(tiny_json()).add("added_tokens.json", added).encode("ab<|user|>ab<|bot|>"),
            (Ids{kAb, kNext + 1, kAb, kNext}));
  for (const Json& wrong : {Json{{"<x>", kNext + 5}}, Json{{"<x>", kAb}}, Json{{"<tool>", kNext}}, Json{{"<x>", -1}},
                            Json{{"<x>", "3"}}, Json{{"", kNext}}, Json::array()}) {
    const std::string message = Folder(tiny_json()).add("added_tokens.json", wrong).refusal();
    EXPECT_NE(message.find("added_tokens.json"), std::string::npos) << message;
  }
}

TEST(FolderMarkers, TokensThatOnlyAConfigurationNamesGetTheNextIds) {
  const auto encode = [](const Json& more, const char* text) {
    return Folder(tiny_json()).add("tokenizer_config.json", config_of(kFast, more)).encode(text);
  };
  EXPECT_EQ(encode({{"pad_token", "[PAD]"}}, "[PAD]ab"), (Ids{kNext, kAb}));
  EXPECT_EQ(encode({{"additional_special_tokens", {"<a>", "<b>"}}, {"pad_token", "[PAD]"}}, "<b><a>[PAD]"),
            (Ids{kNext + 2, kNext + 1, kNext}));
  EXPECT_EQ(encode({{"extra_special_tokens", {"<a>"}}}, "<a>"), Ids{kNext});
  EXPECT_EQ(encode({{"extra_special_tokens", {{"image_token", "<a>"}}}}, "<a>"), Ids{kNext});
  const Json strips = {{"__type", "AddedToken"}, {"content", "<a>"}, {"lstrip", true}, {"rstrip", true}};
  EXPECT_EQ(encode({{"additional_special_tokens", {strips}}}, "ab <a> ab"), (Ids{kAb, kNext, kAb}));
  EXPECT_EQ(encode({{"pad_token", ""}, {"sep_token", nullptr}}, "ab"), Ids{kAb});
  EXPECT_EQ(encode({{"pad_token", "hello"}}, "hello"), Ids{kHello});  // the vocabulary already has it
}

TEST(FolderMarkers, AnIdThatTheVocabularyHasIsRefused) {  // its entries are counted, and three ids are not among them
  const Json config = config_of(kFast, {{"pad_token", "[PAD]"}});
  Json json = tiny_json();
  json["added_tokens"] = Json::array();
  for (const char* token : {"<|end|>", "<|start|>", "<tool>"}) json["model"]["vocab"].erase(token);
  const std::string message = Folder(json).add("tokenizer_config.json", config).refusal();
  EXPECT_NE(message.find("would get the id 267, which 'bc' has"), std::string::npos) << message;
}

TEST(FolderMarkers, SpecialTokensMapGoesBeforeTheConfiguration) {
  Folder folder(tiny_json());
  folder.add("tokenizer_config.json", config_of(kFast, {{"pad_token", "<a>"}}));
  folder.add("special_tokens_map.json",
             {{"pad_token", {{"content", "<b>"}, {"normalized", false}}}, {"additional_special_tokens", {"<c>"}}});
  EXPECT_EQ(folder.encode("<b><c>"), (Ids{kNext, kNext + 1}));
  EXPECT_EQ(folder.encode("<a>").size(), 3u);
}

TEST(FolderMarkers, AListOfAddedTokensGoesBeforeTheOlderFiles) {
  const Json list = {{"0", {{"content", "<|end|>"}, {"special", true}}},
                     {"270", {{"content", "<a>"}, {"lstrip", true}, {"normalized", false}}}};
  Folder folder(tiny_json());
  folder.add("tokenizer_config.json", config_of(kFast, {{"added_tokens_decoder", list}}));
  folder.add("added_tokens.json", {{"<b>", kNext}}).add("special_tokens_map.json", {{"pad_token", "<b>"}});
  EXPECT_EQ(folder.encode("ab <a>"), (Ids{kAb, kNext}));
  EXPECT_EQ(folder.encode("<b>").size(), 3u);
}

TEST(FolderMarkers, AListOfAddedTokensSaysHowTheyAreFound) {
  const Json list = {{"2", {{"content", "<tool>"}, {"rstrip", true}, {"normalized", false}}}};
  EXPECT_EQ(load_json(tiny_json(), config_of(kFast, {{"added_tokens_decoder", list}}))->encode("<tool>  ab", {}),
            (Ids{kTool, kAb}));
}

TEST(FolderMarkers, MarkersThatAClassHasByItselfAreTokens) {
  const Json config = {{"tokenizer_class", "Qwen2Tokenizer"}, {"pad_token", "[PAD]"}};
  EXPECT_EQ(load_json(tiny_json(), config)->encode("[PAD]<|endoftext|>", {}), (Ids{kNext + 1, kNext}));
}

TEST(FolderMarkers, TokensOfWhichVersionsDifferAreRefused) {
  for (const Json& more :
       {Json{{"image_token", "<a>"}}, Json{{"model_specific_special_tokens", {{"image_token", "<a>"}}}}}) {
    const std::string message = Folder(tiny_json()).add("tokenizer_config.json", config_of(kFast, more)).refusal();
    EXPECT_NE(message.find("'<a>'"), std::string::npos) << message;
  }
  EXPECT_TRUE(load_json(tiny_json(), config_of(kFast, {{"image_token", "<tool>"}})));
}

}  // namespace
}  // namespace partwise::internal
