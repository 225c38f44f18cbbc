// Damaged files must be refused or read without a crash. Each parser gets small valid files, cut at every length and
// changed in many places.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/checkpoints.h"
#include "formats/gguf.h"
#include "support/gguf_writer.h"
#include "support/mutations.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) { return read_text_file(path); }

/// Reads every byte that the views point at.
void touch(const std::map<std::string, TensorView>& tensors) {
  for (const auto& [name, tensor] : tensors) {
    ASSERT_EQ(byte_count(tensor.dtype, tensor.shape), static_cast<std::int64_t>(tensor.bytes.size())) << name;
    unsigned sum = 0;
    for (std::byte byte : tensor.bytes) sum += std::to_integer<unsigned>(byte);
    ASSERT_LE(sum, 255u * tensor.bytes.size());
  }
}

/// Reads every value, and some as every type.
void touch(const GgufFile& file) {
  touch(file.tensors());
  const Json metadata = file.metadata();
  for (const auto& [key, value] : metadata.items()) file.value(key);
  for (const char* key : {"strings", "floats", "integers", "nested"}) {
    if (!file.has(key)) continue;
    const auto attempt = [&](auto&& read) {
      try {
        read();
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data);
      }
    };
    attempt([&] { file.strings(key); });
    attempt([&] { file.floats(key); });
    attempt([&] { file.integers(key); });
  }
}

TEST(Damage, Gguf) {
  test::TempDir dir;
  std::uint32_t u8 = 0, array = 9;
  std::uint64_t one = 1;
  std::string nested(reinterpret_cast<char*>(&array), 4);
  nested += std::string(reinterpret_cast<char*>(&one), 8) + std::string(reinterpret_cast<char*>(&u8), 4);
  nested += std::string(reinterpret_cast<char*>(&one), 8) + "x";
  const std::string valid = test::GgufWriter(3, 8)
                                .add("name", "tiny")
                                .add("flag", true)
                                .add("strings", std::vector<std::string>{"a", "bc"})
                                .add("floats", std::vector<float>{1, 2})
                                .add("integers", std::vector<std::int32_t>{1, 2})
                                .add_raw("nested", 9, nested)
                                .add_tensor("a", {2, 2}, {1, 2, 3, 4})
                                .add_tensor("b", DType::q4_0, {32}, std::string(18, 'q'))
                                .bytes();
  const int n_refused = test::parse_mutations(valid, [&](const std::string& damaged) {
    test::write_file(dir / "model.gguf", damaged);
    touch(GgufFile(dir / "model.gguf"));
  });
  EXPECT_GT(n_refused, static_cast<int>(valid.size()) - 32);  // at least nearly every cut
}

TEST(Damage, Safetensors) {
  test::TempDir dir;
  test::write_vectors(dir / "valid", {{"a", {1, 2}}, {"b", {3}}});
  const std::string valid = content(dir / "valid");
  const int n_refused = test::parse_mutations(valid, [&](const std::string& damaged) {
    test::write_file(dir / "damaged", damaged);
    touch(SafetensorsFile(dir / "damaged").tensors());
  });
  EXPECT_GT(n_refused, static_cast<int>(valid.size()) - 1);  // every cut
}

TEST(Damage, ShardIndexAndConfiguration) {
  for (const char* name : {"model.safetensors.index.json", "config.json"}) {
    test::TempDir dir;
    test::write_sharded(dir.path());
    const std::string valid = content(dir / name);
    const int n_refused = test::parse_mutations(valid, [&](const std::string& damaged) {
      test::write_file(dir / name, damaged);
      touch(open_checkpoint(dir.path())->tensors());
    });
    EXPECT_GT(n_refused, static_cast<int>(valid.size()) - 1) << name;
  }
}

TEST(Damage, SplitGguf) {
  test::TempDir dir;
  const auto part = [](std::uint16_t number) {
    return test::GgufWriter()
        .add("split.no", number)
        .add("split.count", std::uint16_t{2})
        .add_tensor("t" + std::to_string(number), {1}, {1});
  };
  part(1).write(dir / "m-00002-of-00002.gguf");
  const std::string valid = part(0).bytes();
  const int n_refused = test::parse_mutations(valid, [&](const std::string& damaged) {
    test::write_file(dir / "m-00001-of-00002.gguf", damaged);
    touch(open_checkpoint(dir / "m-00001-of-00002.gguf")->tensors());
  });
  EXPECT_GT(n_refused, 100);
}

}  // namespace
}  // namespace partwise::internal
