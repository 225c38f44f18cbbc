// vocab.json and merges.txt without a tokenizer.json. The ids are those of transformers 5.24.
#include <gtest/gtest.h>

#include "base/json.h"
#include "support/errors.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;

/// A folder with the tables of the tiny tokenizer, including its added tokens.
void write_tables(const std::filesystem::path& folder, const Json& config) {
  Json vocab = Json::object();
  const auto tokens = tiny_vocabulary();
  for (std::size_t id = 0; id < tokens.size(); ++id) vocab[tokens[id]] = id;
  std::string merges = "#version: 0.2\n";
  for (const std::string& merge : tiny_merges()) merges += merge + "\n";
  write_file(folder / "vocab.json", vocab.dump());
  write_file(folder / "merges.txt", merges);
  write_file(folder / "tokenizer_config.json", config.dump());
}

Json config_of(const char* tokenizer_class, Json more = Json::object()) {
  Json config = {{"tokenizer_class", tokenizer_class},
                 {"bos_token", "<|start|>"},
                 {"eos_token", "<|end|>"},
                 {"unk_token", "<|end|>"},
                 {"pad_token", "<|end|>"}};
  config.update(more);
  return config;
}

Ids encode(const Json& config, const char* text) {
  TempDir folder;
  write_tables(folder.path(), config);
  const auto tokenizer = load_and_outline(folder.path());
  EXPECT_EQ(tokenizer->description(), "byte-level BPE (vocab.json)");
  return tokenizer->encode(text, {});
}

std::string refusal(const Json& config, const char* file = nullptr, const char* text = nullptr) {
  TempDir folder;
  write_tables(folder.path(), config);
  if (file) write_file(folder / file, text);
  EXPECT_TRUE(has_tokenizer(folder.path()));
  return bad_data_of([&] { load_tokenizer(folder.path()); });
}

TEST(VocabularyAlone, TheClassSaysHowTextIsSplit) {
  const Ids apart = {byte_id('1'), byte_id('2')}, composed = {byte_id(0xc3), byte_id(0xa9)},
            decomposed = {byte_id('e'), byte_id(0xcc), byte_id(0x81)};
  for (const char* qwen : {"Qwen2Tokenizer", "Qwen2TokenizerFast"}) {
    EXPECT_EQ(encode(config_of(qwen), "12"), apart);
    EXPECT_EQ(encode(config_of(qwen), "e\u0301"), composed);
  }
  for (const char* gpt2 : {"GPT2Tokenizer", "GPT2TokenizerFast", "CodeGenTokenizer"}) {
    EXPECT_EQ(encode(config_of(gpt2), "12"), Ids{k12});
    EXPECT_EQ(encode(config_of(gpt2), "e\u0301"), decomposed);
  }
  EXPECT_EQ(encode(config_of("GPTNeoXTokenizer"), "12"), Ids{k12});
  EXPECT_EQ(encode(config_of("GPTNeoXTokenizer"), "e\u0301"), composed);
  EXPECT_EQ(encode(config_of("Qwen2Tokenizer"), "ab<|end|>"), (Ids{kAb, kEnd}));
}

TEST(VocabularyAlone, OrTheTypeOfTheModel) {
  TempDir folder;
  write_tables(folder.path(), Json::object());
  write_file(folder / "config.json", R"({"model_type": "qwen2"})");
  EXPECT_EQ(load_tokenizer(folder.path())->encode("12", {}), (Ids{byte_id('1'), byte_id('2')}));
  write_file(folder / "config.json", R"({"model_type": "gpt2"})");
  EXPECT_EQ(load_tokenizer(folder.path())->encode("12", {}), Ids{k12});
}

TEST(VocabularyAlone, WhereNothingSaysHowItIsRefusedWithAWayOn) {
  for (const char* name : {"PreTrainedTokenizerFast", "LlamaTokenizer", "TokenizerOfTheFuture", ""}) {
    const std::string message = refusal(config_of(name));
    for (const char* part : {"vocab.json and merges.txt", "AutoTokenizer", "save_pretrained", name})
      EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

TEST(VocabularyAlone, BosIsPutInFrontByTheFlagOfSomeClasses) {
  for (const char* name : {"GPT2Tokenizer", "GPTNeoXTokenizer", "GPTNeoXTokenizerFast"}) {
    EXPECT_EQ(encode(config_of(name, {{"add_bos_token", true}}), "ab"), (Ids{kStart, kAb})) << name;
    EXPECT_EQ(encode(config_of(name, {{"add_bos_token", false}}), "ab"), Ids{kAb}) << name;
    EXPECT_EQ(encode(config_of(name), "ab"), Ids{kAb}) << name;
  }
  EXPECT_NE(refusal(config_of("Qwen2Tokenizer", {{"add_bos_token", true}})).find("add_bos_token"), std::string::npos);
  EXPECT_NE(refusal(config_of("GPT2Tokenizer", {{"add_eos_token", true}})).find("add_eos_token"), std::string::npos);
}

TEST(VocabularyAlone, HalfOfAPairSaysWhatIsMissing) {
  const std::pair<const char*, const char*> pairs[] = {{"vocab.json", "merges.txt"}, {"merges.txt", "vocab.json"}};
  for (const auto& [there, missing] : pairs) {
    TempDir folder;
    write_tables(folder.path(), config_of("Qwen2Tokenizer"));
    std::filesystem::remove(folder / missing);
    EXPECT_FALSE(has_tokenizer(folder.path()));
    const Error error = error_of([&] { load_tokenizer(folder.path()); });
    EXPECT_EQ(error.code(), ErrorCode::missing_input);
    EXPECT_NE(std::string(error.what()).find(std::string(missing) + " is missing"), std::string::npos) << error.what();
    EXPECT_NE(error.hint().find(there), std::string::npos) << error.hint();
  }
}

struct StandIn {
  const char *content, *what, *advice;
};
constexpr StandIn kStandIns[] = {
    {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "a pointer of Git LFS", "git lfs pull"},
    {"<!DOCTYPE html>\n<html>\n", "a web page", "/resolve/"},
    {"", "an empty file", "download it again"},
};

TEST(TokenizerFiles, WhatLiesInTheirPlaceIsCalledWhatItIs) {
  for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json", "merges.txt",
                           "special_tokens_map.json"}) {
    for (const StandIn& one : kStandIns) {
      const std::string message = refusal(config_of("Qwen2Tokenizer"), name, one.content);
      for (const std::string& part : {std::string(name) + ": " + one.what, std::string(one.advice)})
        EXPECT_NE(message.find(part), std::string::npos) << name << ": " << message;
    }
  }
}

TEST(VocabularyAlone, WhatIsWrongIsRefusedByPlace) {
  const Json config = config_of("Qwen2Tokenizer");
  EXPECT_NE(refusal(config, "merges.txt", "#version: 0.2\r\nh e\r\nhe\r\n").find("merges.txt line 3"),
            std::string::npos);
  EXPECT_NE(refusal(config, "merges.txt", "h q\n").find("'hq' is not in the vocabulary"), std::string::npos);
  EXPECT_NE(refusal(config, "vocab.json", "[]").find("vocab.json"), std::string::npos);
  EXPECT_NE(refusal(config, "vocab.json", R"({"a": 1, "b": 1})").find("same id 1"), std::string::npos);
}

}  // namespace
}  // namespace partwise::internal
