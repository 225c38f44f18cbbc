#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "pieces.h"
#include "tiny_tokenizer.h"
#include "tokenizer/kind.h"

namespace partwise::internal {
namespace {

using namespace test;

ErrorCode code_of(const std::filesystem::path& path) {
  try {
    load_tokenizer(path);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(LoadTokenizer, WhereThereIsNone) {
  TempDir folder;
  write_file(folder / "text", "GG");
  GgufWriter().add("general.architecture", "llama").write(folder / "model.gguf");
  for (const auto& path : {folder.path(), folder / "nowhere", folder / "text", folder / "model.gguf"}) {
    EXPECT_FALSE(has_tokenizer(path)) << path;
    EXPECT_EQ(code_of(path), ErrorCode::missing_input) << path;
  }
}

TEST(LoadTokenizer, IsFoundByContentNotByName) {
  TempDir folder;
  tiny_gguf().write(folder / "tokenizer");
  EXPECT_TRUE(has_tokenizer(folder / "tokenizer"));
  EXPECT_EQ(load_tokenizer(folder / "tokenizer")->vocab_size(), 270);
  write_file(folder / "tokenizer.json", tiny_json().dump());
  EXPECT_TRUE(has_tokenizer(folder.path()));
  EXPECT_EQ(load_tokenizer(folder.path())->vocab_size(), 270);
}

TEST(LoadTokenizer, IsFoundFromAFileOfTheModel) {
  TempDir folder;
  write_file(folder / "tokenizer.json", tiny_json().dump());
  write_file(folder / "config.json", "{}");
  EXPECT_TRUE(has_tokenizer(folder / "config.json"));
  EXPECT_EQ(load_tokenizer(folder / "config.json")->vocab_size(), 270);
  EXPECT_FALSE(has_tokenizer(folder / "nowhere.json"));
}

TEST(LoadTokenizer, IsThatOfTheFirstPartOfASplitFile) {
  TempDir folder;
  GgufWriter first = tiny_gguf();
  const std::uint16_t two = 2;
  first.add("split.no", std::uint16_t{0}).add("split.count", two).write(folder / "x-00001-of-00002.gguf");
  GgufWriter().add("split.no", std::uint16_t{1}).add("split.count", two).write(folder / "x-00002-of-00002.gguf");
  EXPECT_TRUE(has_tokenizer(folder / "x-00002-of-00002.gguf"));
  EXPECT_EQ(load_tokenizer(folder / "x-00002-of-00002.gguf")->vocab_size(), 270);
}

TEST(HashTokenizer, ChangesWithEveryFileItIsReadFrom) {
  TempDir folder;
  std::set<std::string> hashes;
  const auto add = [&](const char* name, const std::string& text) {
    write_file(folder / name, text);
    hashes.insert(hash_tokenizer(folder.path()));
  };
  add("tokenizer.json", tiny_json().dump());
  add("tokenizer_config.json", "{}");
  add("tokenizer_config.json", R"({"add_bos_token": true})");
  add("tokenizer.model", "x");
  EXPECT_EQ(hashes.size(), 4u);
  add("special_tokens_map.json", "{}");
  add("added_tokens.json", "{}");
  EXPECT_EQ(hashes.size(), 6u);
  for (const char* not_read : {"config.json", "vocab.json", "merges.txt"}) add(not_read, "{}");
  EXPECT_EQ(hashes.size(), 6u);
  add("tokenizer_config.json", R"({"added_tokens_decoder": {}})");  // added_tokens.json is then not read
  add("added_tokens.json", R"({"x": 1})");
  EXPECT_EQ(hashes.size(), 7u);
  std::filesystem::remove(folder / "tokenizer.json");
  std::filesystem::remove(folder / "tokenizer.model");
  add("merges.txt", "a b");
  add("merges.txt", "a c");
  EXPECT_EQ(hashes.size(), 9u);
}

TEST(HashTokenizer, ChangesWithTheVocabularyOfAGguf) {
  TempDir folder;
  const auto hash_of = [&](std::vector<std::string> tokens) {
    GgufWriter()
        .add("tokenizer.ggml.model", "gpt2")
        .add("tokenizer.ggml.tokens", std::move(tokens))
        .write(folder / "x");
    return hash_tokenizer(folder / "x");
  };
  EXPECT_NE(hash_of({"a", "bc"}), hash_of({"ab", "c"}));
  EXPECT_EQ(hash_of({"a", "bc"}), hash_of({"a", "bc"}));
}

TEST(LoadTokenizer, TokenizerJsonGoesBeforeTokenizerModel) {
  TempDir folder;
  write_file(folder / "tokenizer.model", model_of(small_pieces()).bytes());
  EXPECT_TRUE(has_tokenizer(folder.path()));
  EXPECT_EQ(load_tokenizer(folder.path())->description(), "SentencePiece BPE (tokenizer.model)");
  write_file(folder / "tokenizer.json", tiny_json().dump());
  EXPECT_EQ(load_tokenizer(folder.path())->description(), "byte-level BPE (tokenizer.json)");
}

TEST(LoadTokenizer, OtherModelsAreRefusedByName) {
  for (const char* model : {"bert", "t5", "rwkv", ""}) {
    const std::string message = bad_data_of([&] { load_gguf(GgufWriter().add("tokenizer.ggml.model", model)); });
    EXPECT_NE(message.find("tokenizer model '" + std::string(model) + "' is not supported"), std::string::npos)
        << message;
    EXPECT_NE(message.find("supported: SentencePiece BPE (gguf), "), std::string::npos) << message;
  }
  bad_data_of([] { load_gguf(GgufWriter().add("tokenizer.ggml.model", std::uint32_t{3})); });
}

TEST(LoadTokenizer, WhatIsNoTokenizerJsonIsRefused) {
  for (const char* text : {"", "{", "[]", "3", "{}", R"({"model": 3})", R"({"model": {"type": "BPE"}})", "\xff"}) {
    TempDir folder;
    write_file(folder / "tokenizer.json", text);
    const std::string message = bad_data_of([&] { load_tokenizer(folder.path()); });
    EXPECT_NE(message.find(folder.path().string()), std::string::npos) << message;
  }
}

TEST(LoadTokenizer, EverySourceHasANameOfItsOwn) {
  const auto& sources = tokenizer_kinds();
  ASSERT_GE(sources.size(), 5u);
  for (std::size_t i = 1; i < sources.size(); ++i) EXPECT_LT(sources[i - 1].name, sources[i].name);
}

}  // namespace
}  // namespace partwise::internal
