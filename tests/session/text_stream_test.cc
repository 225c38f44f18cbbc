#include "session/text_stream.h"

#include <gtest/gtest.h>

#include "support/paths.h"

namespace partwise::internal {
namespace {

/// Bytes, then a few words (" positive" 304, " negative" 302); <|im_end|> is 2.
const Tokenizer& tiny() {
  static const auto tokenizer = load_tokenizer(test::source_dir() / "tests/golden/tiny-llama");
  return *tokenizer;
}

std::vector<TokenId> ids_of(const std::string& text) { return tiny().encode(text, {.bos = EncodeOptions::Bos::no}); }

/// What is given out for each token, and at the end.
std::vector<std::string> pieces(const std::vector<TokenId>& ids, std::vector<std::string> stop_texts = {}) {
  TextStream stream(tiny(), ids_of("a")[0], std::move(stop_texts));
  std::vector<std::string> all;
  for (TokenId id : ids) all.push_back(stream.push(id));
  all.push_back(stream.rest());
  return all;
}

using Pieces = std::vector<std::string>;

TEST(TextStream, GivesOutWhatIsCertain) {
  EXPECT_EQ(pieces(ids_of(" positive")), (Pieces{" positive", ""}));
  EXPECT_EQ(pieces({302, 2, 304}), (Pieces{" negative", "", " positive", ""})) << "special tokens have no text";
}

TEST(TextStream, DoesNotCutCharacters) {
  const auto euro = ids_of("€");  // three bytes, a token each
  ASSERT_EQ(euro.size(), 3u);
  EXPECT_EQ(pieces(euro), (Pieces{"", "", "€", ""}));
  EXPECT_EQ(pieces({euro[0], euro[1]}).back(), "\uFFFD") << "if the rest never comes";
  EXPECT_EQ(pieces({euro[0], 302}), (Pieces{"", "\uFFFD negative", ""}));
}

TEST(TextStream, GivesOutNothingOfAStopText) {
  EXPECT_EQ(pieces(ids_of("ab\n\nc"), {"\n\n"}), (Pieces{"a", "b", "", "", "", ""}));
  EXPECT_EQ(pieces(ids_of("ab\nc"), {"\n\n"}), (Pieces{"a", "b", "", "\nc", ""}));
  EXPECT_EQ(pieces(ids_of("ab\n"), {"\n\n"}), (Pieces{"a", "b", "", "\n"})) << "what was held back comes at the end";
}

TEST(TextStream, StopsAtTheFirstStopText) {
  TextStream stream(tiny(), 304, {"xyz", "b", ""});
  for (TokenId id : ids_of("a")) stream.push(id);
  EXPECT_FALSE(stream.is_stopped());
  for (TokenId id : ids_of("bxyz")) stream.push(id);
  EXPECT_TRUE(stream.is_stopped());
  EXPECT_EQ(stream.text(), "a");
}

}  // namespace
}  // namespace partwise::internal
