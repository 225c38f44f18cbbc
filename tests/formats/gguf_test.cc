#include "formats/gguf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/json.h"
#include "support/errors.h"
#include "support/gguf_writer.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using test::GgufWriter;

template <class T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// A file on disk for as long as the test needs it.
class GgufTest : public testing::Test {
 protected:
  GgufFile open(const std::string& bytes) {
    test::write_file(dir_ / "model.gguf", bytes);
    return GgufFile(dir_ / "model.gguf");
  }
  GgufFile open(const GgufWriter& writer) { return open(writer.bytes()); }

  /// The message of the bad_data that opening throws. It must name the file.
  std::string refusal(const std::string& bytes) {
    const Error error = test::error_of([&] { open(bytes); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
    EXPECT_EQ(std::string(error.what()).find((dir_ / "model.gguf").string() + ": "), 0u) << error.what();
    EXPECT_FALSE(error.hint().empty()) << error.what();
    return error.what();
  }
  std::string refusal(const GgufWriter& writer) { return refusal(writer.bytes()); }

  test::TempDir dir_;
};

void expect_mentions(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << "'" << part << "' is not in: " << message;
}

TEST_F(GgufTest, ReadsEveryKindOfValue) {
  const GgufFile file = open(GgufWriter()
                                 .add_raw("u8", 0, "\xff")
                                 .add_raw("i8", 1, "\xff")
                                 .add("u16", std::uint16_t{65535})
                                 .add_raw("i16", 3, "\xfe\xff")
                                 .add("u32", std::uint32_t{4'000'000'000})
                                 .add("i32", std::int32_t{-5})
                                 .add("f32", 0.1f)
                                 .add("yes", true)
                                 .add("no", false)
                                 .add("text", "naïve")
                                 .add("u64", std::uint64_t{1} << 63)
                                 .add("i64", std::int64_t{-1} << 62)
                                 .add("f64", 0.1));
  EXPECT_EQ(file.value("u8"), 255);
  EXPECT_EQ(file.value("i8"), -1);
  EXPECT_EQ(file.value("u16"), 65535);
  EXPECT_EQ(file.value("i16"), -2);
  EXPECT_EQ(file.value("u32"), 4'000'000'000);
  EXPECT_EQ(file.value("i32"), -5);
  EXPECT_EQ(file.value("f32")->get<float>(), 0.1f);
  EXPECT_EQ(file.value("yes"), true);
  EXPECT_EQ(file.value("no"), false);
  EXPECT_EQ(file.value("text"), "naïve");
  EXPECT_EQ(file.value("u64")->get<std::uint64_t>(), std::uint64_t{1} << 63);
  EXPECT_EQ(file.value("i64"), std::int64_t{-1} << 62);
  EXPECT_EQ(file.value("f64"), 0.1);
  EXPECT_EQ(file.value("nothing"), std::nullopt);
  EXPECT_TRUE(file.has("u8"));
  EXPECT_FALSE(file.has("nothing"));
}

TEST_F(GgufTest, ReadsArrays) {
  const std::vector<std::string> tokens = {"a", "", "\xff", std::string("\0", 1)};
  const GgufFile file = open(GgufWriter()
                                 .add("tokens", tokens)
                                 .add("scores", std::vector<float>{0.5f, -INFINITY})
                                 .add("types", std::vector<std::int32_t>{3, -1})
                                 .add_raw("bytes", 9, raw(0u) + raw(std::uint64_t{2}) + "\x01\xff")
                                 .add_raw("doubles", 9, raw(12u) + raw(std::uint64_t{1}) + raw(2.5)));
  EXPECT_EQ(file.strings("tokens"), tokens);
  EXPECT_EQ(file.floats("scores"), (std::vector<float>{0.5f, -INFINITY}));
  EXPECT_EQ(file.integers("types"), (std::vector<std::int64_t>{3, -1}));
  EXPECT_EQ(file.integers("bytes"), (std::vector<std::int64_t>{1, 255}));
  EXPECT_EQ(file.floats("doubles"), std::vector<float>{2.5f});
  EXPECT_EQ(file.value("tokens"), std::nullopt);
}

TEST_F(GgufTest, ArraysOfAnotherTypeAreErrors) {
  const GgufFile file = open(GgufWriter()
                                 .add("tokens", std::vector<std::string>{"a"})
                                 .add("one", std::uint32_t{1})
                                 .add_raw("huge", 9, raw(10u) + raw(std::uint64_t{1}) + raw(~std::uint64_t{0})));
  const auto message = [](auto&& read) {
    const Error error = test::error_of(read);
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    return std::string(error.what());
  };
  expect_mentions(message([&] { file.integers("tokens"); }), "'tokens' is not an array of integers");
  expect_mentions(message([&] { file.floats("tokens"); }), "'tokens' is not an array of floating");
  expect_mentions(message([&] { file.strings("one"); }), "'one' is not an array of strings");
  expect_mentions(message([&] { file.strings("nothing"); }), "'nothing' is missing");
  expect_mentions(message([&] { file.integers("huge"); }), "18446744073709551615");
}

TEST_F(GgufTest, MetadataLeavesOutLongAndNestedArrays) {
  const std::string nested = raw(9u) + raw(std::uint64_t{1}) + raw(0u) + raw(std::uint64_t{1}) + "x";
  const Json metadata = open(GgufWriter()
                                 .add("general.architecture", "llama")
                                 .add("short", std::vector<std::int32_t>(1024, 7))
                                 .add("long", std::vector<std::int32_t>(1025, 7))
                                 .add("names", std::vector<std::string>{"a\xff"})
                                 .add_raw("nested", 9, nested))
                            .metadata();
  EXPECT_EQ(metadata.size(), 3u);
  EXPECT_EQ(metadata["general.architecture"], "llama");
  EXPECT_EQ(metadata["short"].size(), 1024u);
  EXPECT_EQ(metadata["names"][0], "a\ufffd");
  EXPECT_NO_THROW(metadata.dump());
}

TEST_F(GgufTest, TensorsHaveTheirAxesInCOrder) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  for (std::uint32_t version : {2u, 3u}) {
    for (std::uint32_t alignment : {32u, 64u, 8u}) {
      const GgufFile file = open(GgufWriter(version, alignment)
                                     .add_tensor("first", DType::q8_0, {2, 32}, std::string(68, 'x'))
                                     .add_tensor("second", {2, 3}, values)
                                     .add_tensor("scalar", {}, {9})
                                     .add_tensor("empty", {0, 4}, {}));
      ASSERT_EQ(file.tensors().size(), 4u);
      const TensorView& second = file.tensors().at("second");
      EXPECT_EQ(second.shape, (Shape{2, 3}));
      EXPECT_EQ(second.dtype, DType::f32);
      std::vector<float> row(3);
      dequantize(second, 3, row);
      EXPECT_EQ(row, (std::vector<float>{4, 5, 6}));
      EXPECT_EQ(file.tensors().at("first").bytes.size(), 68u);
      EXPECT_EQ(file.tensors().at("scalar").shape, Shape{});
      EXPECT_TRUE(file.tensors().at("empty").bytes.empty());
    }
  }
}

TEST_F(GgufTest, ATokenizerAloneIsAFile) {
  std::string bytes = GgufWriter().add("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b"}).bytes();
  while (bytes.back() == '\0') bytes.pop_back();  // without tensors the padding is optional
  const GgufFile file = open(bytes);
  EXPECT_TRUE(file.tensors().empty());
  EXPECT_EQ(file.strings("tokenizer.ggml.tokens").size(), 2u);
}

TEST_F(GgufTest, RefusesOtherFilesAndVersions) {
  expect_mentions(refusal(std::string()), "the first four bytes");
  expect_mentions(refusal("safetensors are not GGUF"), "not a GGUF file");
  expect_mentions(refusal("GGUF" + raw(1u) + std::string(16, '\0')), "version 1");
  expect_mentions(refusal("GGUF" + raw(4u) + std::string(16, '\0')), "version 4");
  expect_mentions(refusal("GGUF" + raw(0x03000000u) + std::string(16, '\0')), "big-endian");
}

TEST_F(GgufTest, RefusesImpossibleCounts) {
  const auto header = [](std::uint64_t n_tensors, std::uint64_t n_values) {
    return "GGUF" + raw(3u) + raw(n_tensors) + raw(n_values) + std::string(64, '\0');
  };
  expect_mentions(refusal(header(0, ~0ull)), "18446744073709551615 metadata values");
  expect_mentions(refusal(header(~0ull, 0)), "18446744073709551615 tensors");
  expect_mentions(refusal(header(3, 0)), "3 tensors");
}

TEST_F(GgufTest, RefusesDamagedMetadata) {
  const auto array = [](std::uint32_t type, std::uint64_t count) { return raw(type) + raw(count); };
  expect_mentions(refusal(GgufWriter().add("k", 1.0f).add("k", 2.0f)), "'k' is there twice");
  expect_mentions(refusal(GgufWriter().add("\xff", 1.0f)), "UTF-8");
  expect_mentions(refusal(GgufWriter().add_raw("k", 13, "xxxx")), "'k' has type 13");
  expect_mentions(refusal(GgufWriter().add_raw("k", 7, "\x02")), "'k' is neither true nor false");
  expect_mentions(refusal(GgufWriter().add_raw("key", 8, raw(~0ull))), "the file ends within key");
  expect_mentions(refusal(GgufWriter().add_raw("k", 9, array(4, 1ull << 62))), "elements in 'k'");
  expect_mentions(refusal(GgufWriter().add_raw("k", 9, array(8, 1ull << 61))), "elements in 'k'");
  expect_mentions(refusal(GgufWriter().add_raw("k", 9, array(99, 1))), "'k' has type 99");
}

TEST_F(GgufTest, BoundsTheNestingOfArrays) {
  const auto nested = [](int depth) {
    std::string bytes;
    for (int i = 1; i < depth; ++i) bytes += raw(9u) + raw(std::uint64_t{1});
    return bytes + raw(0u) + raw(std::uint64_t{1}) + "x";
  };
  EXPECT_TRUE(open(GgufWriter().add_raw("k", 9, nested(4))).has("k"));
  expect_mentions(refusal(GgufWriter().add_raw("k", 9, nested(5))), "nested too deeply");
  expect_mentions(refusal(GgufWriter().add_raw("k", 9, nested(100'000))), "nested too deeply");
}

TEST_F(GgufTest, RefusesImpossibleAlignments) {
  for (std::uint32_t alignment : {0u, 24u, 33u}) {
    expect_mentions(refusal(GgufWriter().add("general.alignment", alignment)), "general.alignment");
  }
  expect_mentions(refusal(GgufWriter().add("general.alignment", "32")), "general.alignment");
  expect_mentions(refusal(GgufWriter().add("general.alignment", std::uint64_t{1} << 40)), "general.alignment");
  expect_mentions(refusal(GgufWriter().add("general.alignment", std::vector<std::int32_t>{32})), "general.alignment");
}

TEST_F(GgufTest, NamesTypesThatItCannotRead) {
  const std::string known = refusal(GgufWriter().add_tensor_entry("blk.0.ffn_up.weight", 21, {256}, 0));
  expect_mentions(known, "'blk.0.ffn_up.weight'");
  expect_mentions(known, "21 (IQ3_S)");
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 4, {256}, 0)), "type 4");  // Q4_2, long removed
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 12345, {256}, 0)), "type 12345 that is unknown");
}

TEST_F(GgufTest, RefusesImpossibleShapes) {
  constexpr std::int64_t large = std::int64_t{1} << 62;
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 0, {large, 2}, 0)), "'t'");
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 0, {large}, 0)), "'t'");
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 0, {-1}, 0)), "18446744073709551615");
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 0, {1, 1, 1, 1, 1}, 0)), "5 axes");
  expect_mentions(refusal(GgufWriter().add_tensor_entry("t", 12, {2, 128}, 0)), "Q4_K");
}

TEST_F(GgufTest, RefusesMisplacedTensors) {
  const GgufWriter good = GgufWriter().add_tensor("a", {8}, std::vector<float>(8));
  EXPECT_EQ(open(good).tensors().size(), 1u);
  expect_mentions(refusal(GgufWriter(good).add_tensor_entry("b", 0, {2}, 16)), "'b' starts at 16");
  expect_mentions(refusal(GgufWriter(good).add_tensor_entry("b", 0, {2}, 32)), "'b' asks for 8 bytes at 32");
  expect_mentions(refusal(GgufWriter(good).add_tensor_entry("b", 0, {2}, ~0ull - 31)), "'b'");
  expect_mentions(refusal(GgufWriter(good).add_tensor_entry("b", 0, {2}, 0)), "overlap");
  expect_mentions(refusal(GgufWriter(good).add_tensor("a", {1}, {1})), "two tensors are named 'a'");
  expect_mentions(refusal(GgufWriter(good).add_tensor("\xc0", {1}, {1})), "UTF-8");
  const std::string bytes = good.bytes();
  expect_mentions(refusal(bytes.substr(0, bytes.size() - 1)), "'a' asks for 32 bytes at 0");
}

TEST_F(GgufTest, MissingFileIsMissingInput) {
  EXPECT_EQ(test::error_of([&] { GgufFile(dir_ / "nothing.gguf"); }).code(), ErrorCode::missing_input);
}

}  // namespace
}  // namespace partwise::internal
