#include "tokenizer/sentencepiece_model.h"

#include <gtest/gtest.h>

#include "pieces.h"
#include "support/mutations.h"

namespace partwise::internal {
namespace {

using namespace test;

Pieces few_pieces() {
  Pieces pieces;
  pieces.add("<s>", 0, 3);
  pieces.add("\u2581a", -1.5f, 1);
  return pieces;
}

TEST(SentencePieceModel, Pieces) {
  const SentencePieceModel model = read_sentencepiece_model(model_of(few_pieces()).bytes());
  EXPECT_EQ(model.pieces, (std::vector<std::string>{"<s>", "\u2581a"}));
  EXPECT_EQ(model.scores, (std::vector<float>{0, -1.5f}));
  EXPECT_EQ(model.types, (std::vector<PieceType>{PieceType::control, PieceType::normal}));
}

TEST(SentencePieceModel, Settings) {
  const SentencePieceModel model = read_sentencepiece_model(model_of(few_pieces()).bytes());
  EXPECT_EQ(model.model_type, 2);
  EXPECT_TRUE(model.byte_fallback);
  EXPECT_EQ(model.normalizer.name, "identity");
  EXPECT_TRUE(model.normalizer.add_dummy_prefix);
  EXPECT_FALSE(model.normalizer.remove_extra_whitespaces);
}

TEST(SentencePieceModel, SettingsThatAreMissingHaveTheDefaultsOfTheMessage) {
  const SentencePieceModel model = read_sentencepiece_model("");
  EXPECT_EQ(model.model_type, 1);
  EXPECT_FALSE(model.byte_fallback || model.treat_whitespace_as_suffix);
  EXPECT_TRUE(model.normalizer.remove_extra_whitespaces && model.normalizer.escape_whitespaces);
  EXPECT_EQ(model.bos_piece, "<s>");
}

TEST(SentencePieceModel, DamagedOnesAreFineOrRefused) {
  Message denormalizer;
  denormalizer.add(1, "x");
  const std::string valid = model_of(few_pieces()).add(5, denormalizer).bytes();
  EXPECT_GT(parse_mutations(valid, [](const std::string& damaged) { read_sentencepiece_model(damaged); }), 100);
}

}  // namespace
}  // namespace partwise::internal
