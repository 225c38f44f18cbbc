#include "formats/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/json.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

template <class T>
TensorView view(DType dtype, const Shape& shape, const std::vector<T>& values) {
  return {dtype, shape, std::as_bytes(std::span(values))};
}

/// A file made by hand from the format's definition.
std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

class SafetensorsTest : public testing::Test {
 protected:
  SafetensorsFile open(const std::string& bytes) {
    test::write_file(dir_ / "file.safetensors", bytes);
    return SafetensorsFile(dir_ / "file.safetensors");
  }

  /// The message of the bad_data that opening throws.
  std::string refusal(const std::string& header, const std::string& data) {
    return refusal_of_bytes(file_of(header, data));
  }
  std::string refusal_of_bytes(const std::string& bytes) {
    const Error error = test::error_of([&] { open(bytes); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
    EXPECT_EQ(std::string(error.what()).find((dir_ / "file.safetensors").string() + ": "), 0u) << error.what();
    return error.what();
  }

  test::TempDir dir_;
};

void expect_mentions(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << "'" << part << "' is not in: " << message;
}

TEST_F(SafetensorsTest, ReadsAFileMadeByHand) {
  const SafetensorsFile file = open(file_of(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},)"
      R"("a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"none":{"dtype":"F16","shape":[3,0],"data_offsets":[6,6]},)"
      R"("scalar":{"dtype":"I16","shape":[],"data_offsets":[6,8]}}  )",
      std::string("\0\0\x80\x3f\x01\x02\xff\xff", 8)));
  ASSERT_EQ(file.tensors().size(), 4u);
  EXPECT_EQ(file.metadata(), (std::map<std::string, std::string>{{"format", "pt"}}));
  const TensorView& a = file.tensors().at("a");
  float one = 0;
  dequantize(a, 0, {&one, 1});
  EXPECT_EQ(one, 1.0f);
  EXPECT_EQ(a.shape, (Shape{1, 1}));
  EXPECT_EQ(file.tensors().at("b").bytes[1], std::byte{2});
  EXPECT_EQ(file.tensors().at("none").shape, (Shape{3, 0}));
  EXPECT_EQ(file.tensors().at("scalar").bytes.size(), 2u);
}

TEST_F(SafetensorsTest, WritesWhatItReads) {
  const std::vector<float> heads = {1, 2, 3, 4, 5, 6};
  const std::vector<std::int32_t> labels = {-1, 7};
  const std::map<std::string, std::string> metadata = {{"model", "x"}, {"quote", "\"\n"}};
  OutputFile out(dir_ / "run.safetensors");
  write_safetensors(out, {{"z", view(DType::f32, {3, 2}, heads)}, {"labels", view(DType::i32, {2}, labels)}}, metadata);
  out.commit();

  const SafetensorsFile file(dir_ / "run.safetensors");
  EXPECT_EQ(file.metadata(), metadata);
  ASSERT_EQ(file.tensors().size(), 2u);
  const TensorView& z = file.tensors().at("z");
  EXPECT_EQ(z.dtype, DType::f32);
  EXPECT_EQ(z.shape, (Shape{3, 2}));
  EXPECT_EQ(std::memcmp(z.bytes.data(), heads.data(), 24), 0);
  EXPECT_EQ(std::memcmp(file.tensors().at("labels").bytes.data(), labels.data(), 8), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(z.bytes.data()) % 64, 0u);
  EXPECT_EQ(file.tensors().at("labels").bytes.data(), z.bytes.data() + 24);
}

TEST_F(SafetensorsTest, HeadersArePaddedToTheAlignment) {
  for (std::size_t length = 0; length < 70; length += 3) {
    OutputFile out(dir_ / "run.safetensors");
    write_safetensors(out, {{std::string(length, 'n'), view(DType::u8, {1}, std::vector<std::uint8_t>{1})}}, {});
    out.commit();
    EXPECT_EQ(std::filesystem::file_size(dir_ / "run.safetensors") % 64, 1u);
    EXPECT_EQ(SafetensorsFile(dir_ / "run.safetensors").tensors().begin()->first.size(), length);
  }
}

TEST_F(SafetensorsTest, AFileWithoutTensorsIsFine) {
  EXPECT_TRUE(open(file_of("{}", "")).tensors().empty());
  OutputFile out(dir_ / "empty.safetensors");
  write_safetensors(out, {}, {});
  out.commit();
  EXPECT_TRUE(SafetensorsFile(dir_ / "empty.safetensors").tensors().empty());
}

TEST_F(SafetensorsTest, TheWriterTrustsNobody) {
  OutputFile out("/dev/null");
  const std::vector<float> values(2);
  const TensorView good = view(DType::f32, {2}, values);
  const auto code = [&](const std::vector<std::pair<std::string, TensorView>>& tensors) {
    return test::error_of([&] { write_safetensors(out, tensors, {}); }).code();
  };
  EXPECT_EQ(code({{"a", good}, {"a", good}}), ErrorCode::internal);
  EXPECT_EQ(code({{"__metadata__", good}}), ErrorCode::internal);
  EXPECT_EQ(code({{"a", view(DType::f32, {3}, values)}}), ErrorCode::internal);
  EXPECT_EQ(code({{"a", view(DType::q8_0, {32}, std::vector<std::uint8_t>(34))}}), ErrorCode::internal);
}

TEST_F(SafetensorsTest, RefusesWhatIsNoHeader) {
  refusal_of_bytes("");
  refusal_of_bytes("1234567");
  expect_mentions(refusal_of_bytes(std::string(8, '\xff')), "18446744073709551615 bytes long");
  expect_mentions(refusal_of_bytes(file_of("{}", "").substr(0, 9)), "2 bytes long");
  expect_mentions(refusal("", ""), "JSON");
  expect_mentions(refusal("{", ""), "JSON");
  expect_mentions(refusal("[]", ""), "not a JSON object");
  expect_mentions(refusal(std::string(100'000, '['), ""), "levels deep");
}

TEST_F(SafetensorsTest, RefusesHeadersOverTheLimit) {
  constexpr std::uint64_t length = 100'000'001;  // the file really is that long: it has a hole
  test::write_file(dir_ / "file.safetensors", file_of("", "").replace(0, 8, reinterpret_cast<const char*>(&length), 8));
  std::filesystem::resize_file(dir_ / "file.safetensors", 8 + length);
  const Error error = test::error_of([&] { SafetensorsFile(dir_ / "file.safetensors"); });
  expect_mentions(error.what(), "100000001 bytes long");
}

TEST_F(SafetensorsTest, RefusesUnknownTypesByName) {
  for (const char* type : {"F4", "F6_E2M3", "C64", "f32", "Q8_0", ""}) {
    const std::string message =
        refusal(std::string(R"({"mask":{"dtype":")") + type + R"(","shape":[1],"data_offsets":[0,1]}})", "x");
    expect_mentions(message, "'mask'");
    expect_mentions(message, std::string("type ") + type);
  }
}

TEST_F(SafetensorsTest, KnowsTypesThatHoldNoWeightsByName) {
  const std::pair<const char*, int> types[] = {{"BOOL", 1},    {"U16", 2},     {"U32", 4},    {"U64", 8},
                                               {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1}};
  for (const auto& [type, size] : types) {
    std::string header = std::string(R"({"mask":{"dtype":")") + type + R"(","shape":[1],"data_offsets":[0,)" +
                         std::to_string(size) + "]}}";
    const std::uint64_t length = header.size();
    test::write_file(dir_ / "file.safetensors",
                     std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(size, 'x'));
    const SafetensorsFile file(dir_ / "file.safetensors");
    EXPECT_EQ(dtype_info(file.tensors().at("mask").dtype).name, type);
    EXPECT_FALSE(holds_weights(file.tensors().at("mask").dtype));
  }
}

TEST_F(SafetensorsTest, RefusesImpossibleTensors) {
  const auto entry = [&](const std::string& fields) { return refusal("{\"t\":" + fields + "}", "12345678"); };
  expect_mentions(entry(R"(5)"), "'t': it has no dtype");
  expect_mentions(entry(R"({"dtype":1,"shape":[2],"data_offsets":[0,8]})"), "dtype");
  expect_mentions(entry(R"({"dtype":"F32","data_offsets":[0,8]})"), "'t': its shape");
  expect_mentions(entry(R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})"), "shape");
  expect_mentions(entry(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"), "shape");
  expect_mentions(entry(R"({"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]})"), "shape");
  expect_mentions(entry(R"({"dtype":"F32","shape":[2]})"), "data_offsets");
  expect_mentions(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8,8]})"), "[0, 8, 8]");
  expect_mentions(entry(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"), "[8, 0]");
  expect_mentions(entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,12]})"), "cut short");
  expect_mentions(entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"), "8 bytes do not make shape [3] of F32");
  expect_mentions(entry(R"({"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]})"), "do not make");
  expect_mentions(entry(R"({"dtype":"F64","shape":[1],"data_offsets":[0,7]})"), "7 bytes");
}

TEST_F(SafetensorsTest, RefusesRepeatedNamesOverlapsAndGaps) {
  const auto byte = [](const char* name, int first, int end) {
    return "\"" + std::string(name) + R"(":{"dtype":"U8","shape":[)" + std::to_string(end - first) +
           "],\"data_offsets\":[" + std::to_string(first) + "," + std::to_string(end) + "]}";
  };
  const auto both = [&](const std::string& a, const std::string& b) { return "{" + a + "," + b + "}"; };
  EXPECT_EQ(open(file_of(both(byte("a", 2, 4), byte("b", 0, 2)), "1234")).tensors().size(), 2u);
  expect_mentions(refusal(both(byte("a", 0, 2), byte("a", 2, 4)), "1234"), "'a': it is there twice");
  expect_mentions(refusal(both(byte("a", 0, 3), byte("b", 2, 4)), "1234"), "'b': it overlaps");
  expect_mentions(refusal(both(byte("a", 0, 1), byte("b", 2, 4)), "1234"), "'b': the bytes before it");
  expect_mentions(refusal(both(byte("a", 0, 1), byte("b", 1, 3)), "1234"), "the bytes at its end");
  expect_mentions(refusal("{}", "x"), "the bytes at its end");
}

TEST_F(SafetensorsTest, RefusesMetadataThatIsNotStrings) {
  expect_mentions(refusal(R"({"__metadata__":{"a":1}})", ""), "__metadata__");
  expect_mentions(refusal(R"({"__metadata__":"a"})", ""), "__metadata__");
}

TEST_F(SafetensorsTest, MissingFileIsMissingInput) {
  EXPECT_EQ(test::error_of([&] { SafetensorsFile(dir_ / "nothing"); }).code(), ErrorCode::missing_input);
}

TEST_F(SafetensorsTest, ReadsTheSharedGoldenFiles) {
  const auto shared = test::shared_dir();
  if (!shared) GTEST_SKIP() << "shared fixtures are not here";
  const std::filesystem::path folder = *shared / "fixtures/llama2";
  const SafetensorsFile golden(folder / "golden.safetensors");
  const std::size_t n_cases = read_json_file(folder / "cases.json").at("prompts").size();
  const Json config = read_json_file(folder / "config.json");
  const Shape& heads = golden.tensors().at("heads").shape;  // [case, layer, head, label]
  ASSERT_EQ(heads.size(), 4u);
  EXPECT_EQ(heads[0], static_cast<std::int64_t>(n_cases));
  EXPECT_EQ(heads[1], config["num_hidden_layers"]);
  EXPECT_EQ(heads[2], config["num_attention_heads"]);
  EXPECT_EQ(golden.tensors().at("logits").shape, (Shape{heads[0], heads[3]}));
}

}  // namespace
}  // namespace partwise::internal
