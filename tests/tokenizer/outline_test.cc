// An outline must refuse what loading refuses. The other tests check, whenever they load a tokenizer, that its outline
// says the same.
#include <gtest/gtest.h>

#include <cstdint>

#include "base/json.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;

std::string refusal_of(const std::filesystem::path& path) {
  return bad_data_of([&] { outline_tokenizer(path); });
}

TEST(TokenizerOutline, RefusesWhatOnlyTheVocabularyTells) {
  TempDir folder;
  Json json = tiny_json();
  json["model"]["vocab"]["h"] = json["model"]["vocab"]["e"];
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_NE(refusal_of(folder.path()).find("same id"), std::string::npos);
  json = tiny_json();
  json["model"]["merges"] = {"no such"};
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_NE(refusal_of(folder.path()).find("'no' is not in the vocabulary"), std::string::npos);
  GgufWriter gguf;
  gguf.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "gpt-2");
  gguf.add("tokenizer.ggml.tokens", std::vector<std::string>{"twice", "twice"});
  gguf.add("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1});
  gguf.add("tokenizer.ggml.merges", std::vector<std::string>{}).write(folder / "t.gguf");
  EXPECT_NE(refusal_of(folder / "t.gguf").find("two ids"), std::string::npos);
}

TEST(TokenizerOutline, RefusesByNameWhatLoadingRefuses) {
  TempDir folder;
  Json json = tiny_json();
  json["pre_tokenizer"] = {{"type", "ByteLvl"}};
  write_file(folder / "tokenizer.json", json.dump());
  EXPECT_EQ(refusal_of(folder.path()), bad_data_of([&] { load_tokenizer(folder.path()); }));
  EXPECT_NE(refusal_of(folder.path()).find("ByteLvl"), std::string::npos);
  tiny_gguf("kimi-k2").write(folder / "t.gguf");
  EXPECT_NE(refusal_of(folder / "t.gguf").find("'kimi-k2'"), std::string::npos);
}

}  // namespace
}  // namespace partwise::internal
