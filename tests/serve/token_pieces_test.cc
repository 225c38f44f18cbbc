#include "serve/token_pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.h"

namespace partwise::internal {
namespace {

using testing::ElementsAre;
using Bytes = std::vector<std::string>;

TEST(TokenPieces, BeginAtCharacters) {
  EXPECT_THAT(offsets_in("A né x", Bytes{"A", " n", "é", " x"}), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(offsets_in("é!", Bytes{"\xc3", "\xa9", "!"}), ElementsAre(0, 0, 1)) << "a character in two tokens";
}

TEST(TokenPieces, MayHaveASpaceThatTheTextDoesNotShow) {
  EXPECT_THAT(offsets_in("one two", Bytes{"", " one", " two"}), ElementsAre(0, 0, 3));
  EXPECT_THAT(offsets_in(" one two", Bytes{"", " one", " two"}), ElementsAre(0, 0, 4));
}

TEST(TokenPieces, DoNotBeginBehindTheText) {
  EXPECT_THAT(offsets_in("one", Bytes{"one", " stop", ""}), ElementsAre(0, 3, 3));
}

TEST(TokenPieces, AreTextOrBytes) {
  const auto tokenizer = load_tokenizer(test::source_dir() / "tests/golden/tiny-llama");
  const std::vector<TokenId> text = tokenizer->encode("A");
  ASSERT_EQ(text.size(), 1u);
  EXPECT_EQ(piece_of(*tokenizer, text[0]), "A");
  const std::vector<TokenId> bytes = tokenizer->encode("\u2603");  // a snowman, which is no token
  ASSERT_EQ(bytes.size(), 3u);
  EXPECT_EQ(piece_of(*tokenizer, bytes[0]), "bytes:\\xe2");
  EXPECT_EQ(piece_of(*tokenizer, 100'000), "<token 100000>");
}

}  // namespace
}  // namespace partwise::internal
