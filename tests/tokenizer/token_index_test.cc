#include "tokenizer/token_index.h"

#include <gtest/gtest.h>

#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

TEST(TokenIndex, FindsEveryTextAndNoOther) {
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back(i % 3 ? std::to_string(i) : "");
  const TokenIndex index(texts);
  for (int i = 0; i < 6000; ++i) EXPECT_EQ(index.find(std::to_string(i)), i < 5000 && i % 3 ? i : -1);
  EXPECT_EQ(index.find(""), -1);
}

TEST(TokenIndex, MayBeEmpty) {
  const std::vector<std::string> none, gaps = {"", ""};
  EXPECT_EQ(TokenIndex(none).find("a"), -1);
  EXPECT_EQ(TokenIndex(gaps).find(""), -1);
}

TEST(TokenIndex, ATextWithTwoIdsIsRefused) {
  const std::vector<std::string> texts = {"a", "b", "a"};
  EXPECT_EQ(test::bad_data_of([&] { TokenIndex{texts}; }), "token 'a' has two ids, 0 and 2 | ");
}

}  // namespace
}  // namespace partwise::internal
