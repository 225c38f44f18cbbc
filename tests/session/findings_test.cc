#include "session/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/checkpoint.h"
#include "session/decompose_series.h"
#include "support/errors.h"
#include "support/gguf_writer.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string line_of(const TensorPattern& t) {
  return t.pattern + " " + to_string(t.shape) + " " + t.type + " x" + std::to_string(t.count);
}

TEST(TensorPatterns, NumbersInNamesAreOnePattern) {
  const test::TempDir dir;
  test::GgufWriter writer;
  writer.add("general.architecture", "llama");
  for (int layer : {0, 1, 10}) writer.add_tensor("blk." + std::to_string(layer) + ".w.weight", {2}, {1, 2});
  writer.add_tensor("blk.2.w.weight", {3}, {1, 2, 3});  // a layer that differs has its own line
  writer.add_tensor("blk.3.w2.weight", {1}, {1});       // not a number: part of a word
  writer.add_tensor("head", {1}, {1});
  writer.write(dir / "model.gguf");
  std::vector<std::string> lines;
  for (const TensorPattern& t : tensor_patterns(*open_checkpoint(dir / "model.gguf"))) lines.push_back(line_of(t));
  EXPECT_THAT(lines, ElementsAre("blk.*.w.weight [2] F32 x3", "blk.*.w.weight [3] F32 x1", "blk.*.w2.weight [1] F32 x1",
                                 "head [1] F32 x1"));
}

TEST(Findings, HundredsOfUnknownKeysAreNotAllListed) {
  const test::TempDir dir;
  const auto model = test::source_dir() / "tests" / "golden" / "tiny-llama";
  std::filesystem::copy(model, dir.path(), std::filesystem::copy_options::recursive);
  std::string config = R"({"model_type": "llama", "num_hidden_layers": 3)";
  for (int key = 0; key < 500; ++key) config += ", \"unknown" + std::to_string(key) + "\": 1";
  config += R"(, "num_attention_heads": 4, "hidden_size": 32, "intermediate_size": 48, "vocab_size": 311})";
  test::write_file(dir / "config.json", config);
  const Findings found = examine({dir.path().string(), {}}, false);
  EXPECT_EQ(found.refusals.size(), 1u);
  EXPECT_THAT(refusal_of(found).what(), HasSubstr("unknown0"));
  EXPECT_THAT(refusal_of(found).what(), HasSubstr(" and 450 more are not known"));
  EXPECT_THAT(refusal_of(found).hint(), HasSubstr("another kind of model"));
}

TEST(ExamineSeries, RefusesWhatCannotBeUsedAndWhatIsAnotherModel) {
  const auto golden = test::source_dir() / "tests" / "golden";
  CheckpointSeries series;
  for (const char* name : {"no-such-model", "tiny-llama", "tiny-qwen3"})
    series.push_back({name, {(golden / name).string(), {}, {}}});
  const SeriesFindings all = examine_series(series);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_FALSE(all[0].found.usable());
  EXPECT_TRUE(all[1].found.usable());  // the first that has sizes
  EXPECT_STREQ(all[2].found.refusals.at(0).what(), "another model: architecture is qwen3, not llama");
  const std::optional<Error> refusal = refusal_of(all);
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->what(), HasSubstr("2 of 3 checkpoints cannot be used; no-such-model: "));
}

TEST(ExamineSeries, HasNothingToSayAgainstAUsableSeries) {
  const auto model = test::source_dir() / "tests" / "golden" / "tiny-llama";
  EXPECT_FALSE(refusal_of(examine_series({{"a", {model.string(), {}, {}}}, {"b", {model.string(), {}, {}}}})));
}

TEST(SizeDifference, NamesTheFirstSize) {
  ModelConfig first, other;
  first.arch = other.arch = "llama";
  first.n_layers = other.n_layers = 6;
  EXPECT_EQ(size_difference(first, other), "");
  other.n_layers = 12;
  EXPECT_EQ(size_difference(first, other), "n_layers is 12, not 6");
  other.arch = "other";
  EXPECT_EQ(size_difference(first, other), "architecture is other, not llama");
}

TEST(RunFileName, IsOneFile) {
  EXPECT_EQ(run_file_name("step1000"), "step1000.safetensors");
  EXPECT_EQ(run_file_name("refs/pr/1"), "refs-pr-1.safetensors");
}

}  // namespace
}  // namespace partwise::internal
