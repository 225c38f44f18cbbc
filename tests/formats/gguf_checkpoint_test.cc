#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/checkpoints.h"
#include "support/errors.h"
#include "support/gguf_writer.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::GgufWriter;
using testing::HasSubstr;

Error opening(const fs::path& path) {
  return test::error_of([&] { open_checkpoint(path); });
}

TEST(GgufCheckpoint, OpensByContentWhateverTheName) {
  test::TempDir dir;
  GgufWriter()
      .add("general.architecture", "llama")
      .add_tensor("output_norm.weight", {1}, {7})
      .write(dir / "weights.bin");
  const auto checkpoint = open_checkpoint(dir / "weights.bin");
  EXPECT_EQ(checkpoint->format(), "gguf");
  EXPECT_EQ(checkpoint->config(), (Json{{"general.architecture", "llama"}}));
  EXPECT_EQ(checkpoint->files(), std::vector<fs::path>{dir / "weights.bin"});
  EXPECT_EQ(test::first_value(checkpoint->tensors().at("output_norm.weight")), 7);
}

TEST(GgufCheckpoint, OtherFilesAreRefused) {
  test::TempDir dir;
  test::write_file(dir / "model.gguf", "GGML");
  const Error error = opening(dir / "model.gguf");
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("text, not weights"));
  EXPECT_FALSE(error.hint().empty());
  test::write_file(dir / "model.gguf", "");
  EXPECT_EQ(opening(dir / "model.gguf").code(), ErrorCode::bad_data);
}

/// A model in three parts, as llama.cpp's tool splits GGUF files: the first part has all metadata.
class SplitGguf : public testing::Test {
 protected:
  SplitGguf() {
    for (int number = 1; number <= 3; ++number) part(number).write(path(number));
  }

  fs::path path(int number) const { return dir_ / ("tiny-0000" + std::to_string(number) + "-of-00003.gguf"); }

  static GgufWriter part(int number, std::uint16_t count = 3, std::int32_t n_tensors = 3) {
    GgufWriter writer;
    if (number == 1) writer.add("general.architecture", "llama");
    writer.add("split.no", static_cast<std::uint16_t>(number - 1)).add("split.count", count);
    writer.add("split.tensors.count", n_tensors);
    return writer.add_tensor("t" + std::to_string(number), {1}, {static_cast<float>(number)});
  }

  test::TempDir dir_;
};

TEST_F(SplitGguf, AnyPartOpensTheWhole) {
  for (int number = 1; number <= 3; ++number) {
    const auto checkpoint = open_checkpoint(path(number));
    EXPECT_EQ(checkpoint->path(), path(number));
    EXPECT_EQ(checkpoint->files(), (std::vector<fs::path>{path(1), path(2), path(3)}));
    EXPECT_EQ(checkpoint->config(), (Json{{"general.architecture", "llama"}}));
    ASSERT_EQ(checkpoint->tensors().size(), 3u);
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(test::first_value(checkpoint->tensors().at("t" + std::to_string(i))), i);
  }
}

TEST_F(SplitGguf, HasTheFingerprintOfTheWholeFile) {
  GgufWriter whole;
  whole.add("general.architecture", "llama");
  for (int i = 1; i <= 3; ++i) whole.add_tensor("t" + std::to_string(i), {1}, {static_cast<float>(i)});
  whole.write(dir_ / "whole.gguf");
  EXPECT_EQ(fingerprint(*open_checkpoint(path(2))), fingerprint(*open_checkpoint(dir_ / "whole.gguf")));
}

TEST_F(SplitGguf, MissingPartsAreNamed) {
  fs::remove(path(2));
  const Error error = opening(path(3));
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.what(), HasSubstr(path(2).string()));
}

TEST_F(SplitGguf, PartsOfOtherModelsAreRefused) {
  part(3).write(path(2));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("part 2 of 3"));
  part(2, 4).write(path(2));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("part 2 of 3"));
  GgufWriter().add_tensor("t2", {1}, {2}).write(path(2));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("part 2 of 3"));
}

TEST_F(SplitGguf, NamesMustSayWhichPart) {
  part(1).write(dir_ / "renamed.gguf");
  const Error error = opening(dir_ / "renamed.gguf");
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.hint(), HasSubstr("-of-00003.gguf"));
  part(1).write(dir_ / "tiny-00001-of-00009.gguf");
  EXPECT_EQ(opening(dir_ / "tiny-00001-of-00009.gguf").code(), ErrorCode::bad_data);
}

TEST_F(SplitGguf, TensorsAreCountedAndUnique) {
  part(1, 3, 5).write(path(1));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("5 tensors in all parts, but there are 3"));
  part(1).add_tensor("t3", {1}, {3}).write(path(1));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("tensor 't3' is in another part, too"));
}

TEST_F(SplitGguf, CountsAreCounts) {
  GgufWriter().add("split.count", "three").write(path(1));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("'split.count' is \"three\", which is not a count"));
  GgufWriter().add("split.count", std::uint64_t{3}).add("split.no", INT64_MAX).write(path(1));
  EXPECT_THAT(opening(path(1)).what(), HasSubstr("'split.no' is 9223372036854775807"));
}

TEST(GgufCheckpoint, OpensTheDemoModel) {
  const auto model = test::demo_model();
  if (!model) GTEST_SKIP() << "the demo model is not here";
  const auto checkpoint = open_checkpoint(*model);
  const Json& config = checkpoint->config();
  EXPECT_EQ(config["general.architecture"], "llama");
  EXPECT_EQ(config["llama.block_count"], 30);
  EXPECT_FALSE(config.contains("tokenizer.ggml.tokens"));
  EXPECT_EQ(checkpoint->tensors().size(), 272u);
  const TensorView& embedding = checkpoint->tensors().at("token_embd.weight");
  EXPECT_EQ(embedding.shape, (Shape{49152, 576}));
  const TensorView& down = checkpoint->tensors().at("blk.29.ffn_down.weight");
  EXPECT_EQ(down.shape, (Shape{576, 1536}));
}

}  // namespace
}  // namespace partwise::internal
