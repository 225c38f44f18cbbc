#include "tokenizer/byte_level_bpe.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/json.h"
#include "base/random.h"
#include "base/utf8.h"
#include "tiny_tokenizer.h"

namespace partwise::internal {
namespace {

using namespace test;
using Ids = std::vector<TokenId>;
using Bos = EncodeOptions::Bos;

/// The tiny tokenizer, read from either kind of file.
class Tiny : public testing::TestWithParam<const char*> {
 protected:
  const std::unique_ptr<Tokenizer> tokenizer_ =
      GetParam() == std::string("gguf") ? load_gguf(tiny_gguf()) : load_json(tiny_json());

  Ids encode(std::string_view text, bool parse_special = true) const {
    return tokenizer_->encode(text, {Bos::automatic, parse_special});
  }
};

INSTANTIATE_TEST_SUITE_P(Files, Tiny, testing::Values("gguf", "json"),
                         [](const auto& file) { return std::string(file.param); });

TEST_P(Tiny, MergesByHand) {
  EXPECT_EQ(encode(""), Ids{});
  EXPECT_EQ(encode("hello"), Ids{kHello});
  EXPECT_EQ(encode("hello world"), (Ids{kHello, kSpWor, byte_id('l'), byte_id('d')}));
  EXPECT_EQ(encode("abc"), (Ids{kAb, byte_id('c')}));
  EXPECT_EQ(encode("bcab"), (Ids{kBc, kAb}));
  EXPECT_EQ(encode("aaa"), (Ids{kAa, byte_id('a')}));
  EXPECT_EQ(encode("é"), (Ids{byte_id(0xc3), byte_id(0xa9)}));
  EXPECT_EQ(encode(std::string("\0\n", 2)), (Ids{byte_id(0), byte_id('\n')}));
}

TEST_P(Tiny, DigitsStayApart) { EXPECT_EQ(encode(" 12"), (Ids{byte_id(' '), byte_id('1'), byte_id('2')})); }

TEST_P(Tiny, SpecialTokensOnRequest) {
  EXPECT_EQ(encode("<|start|>abc<|end|>"), (Ids{kStart, kAb, byte_id('c'), kEnd}));
  EXPECT_EQ(encode("ab<|end|>c"), (Ids{kAb, kEnd, byte_id('c')}));
  EXPECT_EQ(encode("<|end|>", false),
            (Ids{byte_id('<'), byte_id('|'), byte_id('e'), byte_id('n'), byte_id('d'), byte_id('|'), byte_id('>')}));
}

TEST_P(Tiny, WhatIsLiteralIsAsWithoutSpecialTokens) {
  for (const std::string text : {"hello<|end|>", "<|start|><tool>hello world<|end|>", "<|<|end|>|>", ""})
    EXPECT_EQ(tokenizer_->encode(text, {.literal = {{0, text.size()}}}), encode(text, false)) << text;
}

TEST_P(Tiny, TheTemplatesSpecialTokensStayBesideALiteralRow) {
  const std::string front = "<|start|>", row = "ab<|end|>c", back = "<|end|>";
  Ids wanted = {kStart};
  for (TokenId id : encode(row, false)) wanted.push_back(id);
  wanted.push_back(kEnd);
  const std::size_t begin = front.size(), end = begin + row.size();
  EXPECT_EQ(tokenizer_->encode(front + row + back, {.literal = {{begin, end}}}), wanted);
}

TEST_P(Tiny, ARowCompletesNoSpecialToken) {
  const std::string text = "<|end|>";
  for (std::size_t seam = 1; seam < text.size(); ++seam) {
    EXPECT_EQ(tokenizer_->encode(text, {.literal = {{0, seam}}}), encode(text, false));
    EXPECT_EQ(tokenizer_->encode(text, {.literal = {{seam, text.size()}}}), encode(text, false));
    EXPECT_EQ(tokenizer_->encode(text, {.literal = {{seam, seam}}}), encode(text, false)) << "an empty column";
  }
}

TEST_P(Tiny, AddedTokensAlways) {
  EXPECT_EQ(encode("a<tool>b"), (Ids{byte_id('a'), kTool, byte_id('b')}));
  EXPECT_EQ(encode("a<tool>b", false), (Ids{byte_id('a'), kTool, byte_id('b')}));
}

TEST_P(Tiny, Decodes) {
  EXPECT_EQ(tokenizer_->decode({}, true), "");
  EXPECT_EQ(tokenizer_->decode({kStart, kHello, kSpWor, kTool, kEnd}, false), "<|start|>hello wor<tool><|end|>");
  EXPECT_EQ(tokenizer_->decode({kStart, kHello, kSpWor, kTool, kEnd}, true), "hello wor<tool>");
  EXPECT_EQ(tokenizer_->decode({byte_id(0xc3), byte_id(0xa9), byte_id(0xc3)}, true), "é\ufffd");
}

TEST_P(Tiny, IdsOutsideTheVocabularyAreRefused) {
  EXPECT_EQ(tokenizer_->vocab_size(), 270);
  for (TokenId id : {-1, 270, 1'000'000}) {
    EXPECT_NE(bad_data_of([&] { tokenizer_->decode({kHello, id}, true); }).find(std::to_string(id)), std::string::npos);
    bad_data_of([&] { tokenizer_->token_text(id); });
  }
}

TEST_P(Tiny, TokensAsBytes) {
  EXPECT_EQ(tokenizer_->bytes_of(kSpWor), " wor");
  EXPECT_EQ(tokenizer_->bytes_of(kStart), "<|start|>");
  EXPECT_EQ(tokenizer_->bytes_of(byte_id(0xc3)), "\xc3");
}

TEST_P(Tiny, TokensAsPeopleReadThem) {
  EXPECT_EQ(tokenizer_->token_text(kSpWor), " wor");
  EXPECT_EQ(tokenizer_->token_text(kStart), "<|start|>");
  EXPECT_EQ(tokenizer_->token_text(byte_id(0xc3)), "\ufffd");
  EXPECT_NE(tokenizer_->description().find("byte-level BPE"), std::string::npos);
}

TEST_P(Tiny, TextThatIsNotUtf8IsRefusedWithThePlace) {
  EXPECT_NE(bad_data_of([&] { encode("abc\xff"); }).find("byte 3"), std::string::npos);
  EXPECT_NE(bad_data_of([&] { encode("\xc3"); }).find("byte 0"), std::string::npos);
  EXPECT_NE(bad_data_of([&] { encode("é\xed\xa0\x80"); }).find("byte 2"), std::string::npos);
}

std::string random_text(Random& random) {
  constexpr char32_t kLimits[] = {0x80, 0x100, 0x800, 0x10000, 0x110000};
  std::string text;
  for (std::uint64_t n = random.below(30); n > 0; --n) {
    char32_t c = static_cast<char32_t>(random.below(kLimits[random.below(5)]));
    append_utf8(text, c >= 0xd800 && c < 0xe000 ? U' ' : c);
  }
  return text;
}

TEST_P(Tiny, LiteralBytesChangeNothingElse) {
  Random random(5);
  for (int round = 0; round < 500; ++round) {
    const std::string text = random_text(random);
    const std::size_t begin = random.below(text.size() + 1), end = begin + random.below(text.size() - begin + 1);
    ASSERT_EQ(tokenizer_->encode(text, {.literal = {{begin, end}}}), encode(text)) << text;
  }
}

TEST(NormalizedTokens, AreTextInALiteralRowHoweverItIsSpelled) {
  Json json = tiny_json();
  json["normalizer"] = {{"type", "NFC"}};
  json["added_tokens"][0]["content"] = "<\u00e9nd>";
  json["model"]["vocab"].erase("<|end|>");
  json["model"]["vocab"]["<\u00e9nd>"] = kEnd;
  json["added_tokens"][0]["normalized"] = true;
  const auto tokenizer = load_json(json);
  const std::string composed = "<\u00e9nd>", apart = "<e\u0301nd>";
  const Ids text = tokenizer->encode(composed, {.parse_special = false});
  for (const std::string& row : {composed, apart}) {
    EXPECT_EQ(tokenizer->encode(row), Ids{kEnd});
    EXPECT_EQ(tokenizer->encode(row, {.literal = {{0, row.size()}}}), text);
  }
  EXPECT_EQ(tokenizer->encode(apart, {.literal = {{2, 4}}}), text) << "an accent that a row puts on a letter";
  Ids wanted = {kEnd};
  wanted.insert(wanted.end(), text.begin(), text.end());
  wanted.push_back(kEnd);
  EXPECT_EQ(tokenizer->encode(apart + apart + apart, {.literal = {{apart.size(), 2 * apart.size()}}}), wanted);
}

TEST_P(Tiny, DecodingGivesTheTextBack) {
  Random random(3);
  for (int round = 0; round < 2000; ++round) {
    const std::string text = random_text(random);
    ASSERT_EQ(tokenizer_->decode(encode(text), false), text);
    ASSERT_EQ(tokenizer_->decode(encode(text, false), false), text);
  }
}

TEST_P(Tiny, AnswersTheSameFromSeveralThreads) {
  const std::string text = "hello world 12 <|end|> abc é";
  const Ids expected = encode(text);
  std::vector<int> differ(4, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i)
        differ[t] += encode(text) != expected || tokenizer_->decode(expected, false) != text;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(differ, std::vector<int>(4, 0));
}

TEST_P(Tiny, AMegabyteOfOneCharacterTakesNoTime) {
  for (const char* unit : {"a", " ", "\n", "ab", "<|", "1"}) {
    std::string text;
    while (text.size() < 1 << 20) text += unit;
    EXPECT_EQ(tokenizer_->decode(encode(text), false), text);
  }
}

TEST(ByteLevelBpe, BosIsPutInFrontOnRequest) {
  GgufWriter gguf = tiny_gguf();
  const auto tokenizer = load_gguf(gguf.add("tokenizer.ggml.bos_token_id", std::uint32_t{kStart}));
  EXPECT_EQ(tokenizer->bos_id(), kStart);
  EXPECT_FALSE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("ab", {Bos::automatic}), Ids{kAb});
  EXPECT_EQ(tokenizer->encode("ab", {Bos::no}), Ids{kAb});
  EXPECT_EQ(tokenizer->encode("ab", {Bos::yes}), (Ids{kStart, kAb}));
  EXPECT_EQ(tokenizer->encode("<|start|>", {Bos::yes}), (Ids{kStart, kStart}));
  EXPECT_EQ(tokenizer->encode("", {Bos::yes}), Ids{kStart});
}

TEST(ByteLevelBpe, BosWithoutADeclaredOneIsRefused) {
  const auto tokenizer = load_gguf(tiny_gguf());
  EXPECT_EQ(tokenizer->bos_id(), std::nullopt);
  EXPECT_EQ(tokenizer->encode("ab", {Bos::no}), Ids{kAb});
  EXPECT_NE(bad_data_of([&] { tokenizer->encode("ab", {Bos::yes}); }).find("BOS"), std::string::npos);
}

ByteLevelBpeParts small_parts() {  // without the byte 'x'
  ByteLevelBpeParts parts;
  parts.vocabulary = {"a", "b", "ab", "Ġ", "aĠ"};
  parts.merges = {{"a", "b"}};
  return parts;
}

TEST(ByteLevelBpe, AMissingByteIsLeftOutBeforeMerging) {
  const ByteLevelBpe tokenizer(small_parts());
  EXPECT_EQ(tokenizer.encode("axb", {}), Ids{2});
  EXPECT_EQ(tokenizer.encode("xé", {}), Ids{});
}

TEST(ByteLevelBpe, IgnoringMergesTakesAPieceWhole) {
  ByteLevelBpeParts parts = small_parts();
  EXPECT_EQ(ByteLevelBpe(small_parts()).encode("a ", {}), (Ids{0, 3}));  // no merge makes token 4
  parts.ignore_merges = true;
  EXPECT_EQ(ByteLevelBpe(std::move(parts)).encode("a ", {}), Ids{4});
}

TEST(ByteLevelBpe, TokensAreFoundBeforeOrAfterNormalisation) {
  ByteLevelBpeParts parts;
  for (int byte = 0; byte < 256; ++byte) parts.vocabulary.push_back("");
  parts.vocabulary[1] = "Ã";
  parts.vocabulary[2] = "©";
  parts.nfc = true;
  parts.added = {{10, "e\u0301!", false, false}, {11, "\u00e9?", false, true}, {12, "e\u0301#", false, true}};
  const ByteLevelBpe tokenizer(std::move(parts));
  EXPECT_EQ(tokenizer.encode("e\u0301", {}), (Ids{1, 2}));
  EXPECT_EQ(tokenizer.encode("e\u0301!", {}), Ids{10});
  EXPECT_EQ(tokenizer.encode("\u00e9!", {}), (Ids{1, 2}));  // '!' is not in this vocabulary
  EXPECT_EQ(tokenizer.encode("e\u0301?\u00e9?", {}), (Ids{11, 11}));
  EXPECT_EQ(tokenizer.encode("\u00e9#", {}), Ids{12});
  EXPECT_EQ(tokenizer.decode({1, 2, 11}, false), "\u00e9\u00e9?");
}

TEST(ByteLevelBpe, GapsBetweenIdsAreNoTokens) {
  ByteLevelBpeParts parts;
  parts.vocabulary = {"a", "", "b"};
  const ByteLevelBpe tokenizer(std::move(parts));
  EXPECT_EQ(tokenizer.vocab_size(), 3);
  EXPECT_NE(bad_data_of([&] { tokenizer.decode({1}, false); }).find("no token 1"), std::string::npos);
}

TEST(ByteLevelBpe, PartsThatDoNotFitTogetherAreRefused) {
  const auto complaint = [](void (*spoil)(ByteLevelBpeParts&)) {
    ByteLevelBpeParts parts = small_parts();
    spoil(parts);
    return bad_data_of([&] { naming_file("FILE", [&] { return ByteLevelBpe(std::move(parts)).vocab_size(); }); });
  };
  using P = ByteLevelBpeParts;
  EXPECT_EQ(complaint([](P& p) { p.vocabulary[1] = "a"; }), "FILE: token 'a' has two ids, 0 and 1 | ");
  EXPECT_EQ(complaint([](P& p) {
              p.merges.push_back({"a", "q"});
            }),
            "FILE: merge 1 ('a' 'q'): 'q' is not in the vocabulary | ");
  EXPECT_EQ(complaint([](P& p) {
              p.merges.push_back({"b", "b"});
            }),
            "FILE: merge 1 ('b' 'b'): 'bb' is not in the vocabulary | ");
  EXPECT_NE(complaint([](P& p) { p.merges.push_back({"a", "b"}); }).find("listed twice"), std::string::npos);
  EXPECT_NE(complaint([](P& p) { p.added = {{5, "new", true, false}}; }).find("past the end"), std::string::npos);
  EXPECT_NE(complaint([](P& p) { p.added = {{-1, "new", true, false}}; }).find("past the end"), std::string::npos);
  EXPECT_NE(complaint([](P& p) { p.added = {{1, "", true, false}}; }).find("empty"), std::string::npos);
  EXPECT_NE(complaint([](P& p) { p.added = {{1, "new", true, false}}; }).find("same id 1"), std::string::npos);
  EXPECT_NE(complaint([](P& p) {
              p.vocabulary.push_back(""), p.added = {{5, "ab", true, false}};
            }).find("two ids, 2 and 5"),
            std::string::npos);
  EXPECT_NE(complaint([](P& p) {
              p.added = {{0, "a", true, false}, {0, "a", true, false}};
            }).find("twice"),
            std::string::npos);
  EXPECT_NE(complaint([](P& p) { p.bos = 9, p.adds_bos = true; }).find("9 is outside"), std::string::npos);
  EXPECT_NE(complaint([](P& p) { p.adds_bos = true; }).find("BOS"), std::string::npos);
}

TEST(ByteLevelBpe, AMergeIsTwoTokensWithASpaceBetween) {
  EXPECT_EQ(parse_merge("Ġ t")->left, "Ġ");
  EXPECT_EQ(parse_merge("Ġ t")->right, "t");
  for (const char* rule : {"", " ", "a", "a ", " a", "a b c", "a  b"})
    EXPECT_FALSE(parse_merge(rule).has_value()) << rule;
}

}  // namespace
}  // namespace partwise::internal
