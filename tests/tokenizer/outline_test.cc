// That an outline says what the tokenizer says is checked wherever the other tests load one; here, that it is taken
// without the vocabulary, and when it cannot be.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "base/error.h"
#include "tiny_tokenizer.h"

namespace partwise {
namespace {

using namespace test;

std::string refusal_of(const std::filesystem::path& path) {
  return bad_data_of([&] { outline_tokenizer(path); });
}

// What only someone finds who reads the vocabulary is the proof that the outline does not.
TEST(TokenizerOutline, DoesNotReadTheVocabularyOfAFolder) {
  TempDir folder;
  Json json = tiny_json();
  json["model"]["vocab"]["h"] = json["model"]["vocab"]["e"];
  json["model"]["merges"] = {"no such tokens"};
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_THROW(load_tokenizer(folder.path()), Error);
  EXPECT_EQ(outline_tokenizer(folder.path()).vocab_size, 270);
}

TEST(TokenizerOutline, DoesNotReadTheVocabularyOfAGgufFile) {
  TempDir folder;
  GgufWriter byte_level, sentencepiece;
  byte_level.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "gpt-2");
  sentencepiece.add("tokenizer.ggml.model", "llama");
  for (GgufWriter* gguf : {&byte_level, &sentencepiece}) {
    gguf->add("tokenizer.ggml.tokens", std::vector<std::string>{"<s>", "twice", "twice"});
    gguf->add("tokenizer.ggml.bos_token_id", std::uint32_t{0}).write(folder / "t.gguf");
    EXPECT_THROW(load_tokenizer(folder / "t.gguf"), Error);
    const TokenizerOutline outline = outline_tokenizer(folder / "t.gguf");
    EXPECT_EQ(outline.vocab_size, 3);
    EXPECT_EQ(outline.bos->text, "<s>");
    EXPECT_EQ(outline.eos, std::nullopt);
  }
}

TEST(TokenizerOutline, RefusesByNameWhatLoadingRefuses) {
  TempDir folder;
  Json json = tiny_json();
  json["pre_tokenizer"] = {{"type", "ByteLvl"}};
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_EQ(refusal_of(folder.path()), bad_data_of([&] { load_tokenizer(folder.path()); }));
  EXPECT_NE(refusal_of(folder.path()).find("ByteLvl"), std::string::npos);
  tiny_gguf("falcon").write(folder / "t.gguf");
  EXPECT_NE(refusal_of(folder / "t.gguf").find("'falcon'"), std::string::npos);
  tiny_gguf().add("tokenizer.ggml.bos_token_id", std::uint32_t{270}).write(folder / "t.gguf");
  EXPECT_NE(refusal_of(folder / "t.gguf").find("270"), std::string::npos);
}

TEST(TokenizerOutline, RefusesAnIdThatIsNone) {
  TempDir folder;
  Json json = tiny_json();
  json["model"]["vocab"]["h"] = std::numeric_limits<std::int64_t>::max();
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_NE(refusal_of(folder.path()).find("9223372036854775807"), std::string::npos);
}

TEST(TokenizerOutline, ReadsAllWhereTheVocabularyMatters) {
  TempDir folder;
  Json json = tiny_json();
  json["model"]["unk_token"] = "h";  // never used, since every byte is a token
  write_file(folder / "tokenizer.json", json.dump());
  write_file(folder / "tokenizer_config.json", R"({"bos_token": "e"})");  // no added token
  expect_outline(folder.path(), *load_tokenizer(folder.path()));
  EXPECT_EQ(outline_tokenizer(folder.path()).bos->text, "e");
  json["model"]["vocab"].erase("h");
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_NE(refusal_of(folder.path()).find("unk_token"), std::string::npos);
}

}  // namespace
}  // namespace partwise
