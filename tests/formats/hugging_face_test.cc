#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "formats/checkpoint.h"
#include "formats/checkpoints.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using testing::HasSubstr;

Error opening(const fs::path& path) {
  return error_of([&] { open_checkpoint(path); });
}

TEST(HuggingFace, OpensAFolderWithOneFile) {
  test::TempDir dir;
  test::write_config(dir.path());
  test::write_vectors(dir / "model.safetensors", {{"model.norm.weight", {1, 2}}});
  const auto checkpoint = open_checkpoint(dir.path());
  EXPECT_EQ(checkpoint->format(), "hugging-face");
  EXPECT_EQ(checkpoint->config()["model_type"], "llama");
  EXPECT_EQ(checkpoint->path(), dir.path());
  EXPECT_EQ(checkpoint->files(), (std::vector<fs::path>{dir / "config.json", dir / "model.safetensors"}));
  ASSERT_EQ(checkpoint->tensors().size(), 1u);
  EXPECT_EQ(checkpoint->tensors().at("model.norm.weight").shape, Shape{2});
}

TEST(HuggingFace, OpensShards) {
  test::TempDir dir;
  test::write_sharded(dir.path());
  const auto checkpoint = open_checkpoint(dir.path());
  ASSERT_EQ(checkpoint->tensors().size(), 3u);
  EXPECT_EQ(test::first_value(checkpoint->tensors().at("a")), 1);
  EXPECT_EQ(test::first_value(checkpoint->tensors().at("b")), 2);
  EXPECT_EQ(test::first_value(checkpoint->tensors().at("c")), 3);
  EXPECT_EQ(checkpoint->files().size(), 3u);
}

TEST(HuggingFace, AFileOfTheFolderNamesIt) {
  test::TempDir dir;
  test::write_sharded(dir.path());
  for (const char* name : {"config.json", "model.safetensors.index.json"}) {
    const auto checkpoint = open_checkpoint(dir / name);
    EXPECT_EQ(checkpoint->tensors().size(), 3u);
    EXPECT_EQ(checkpoint->path(), dir / name);
  }
  test::write_vectors(dir / "model.safetensors", {{"whole", {1}}});
  EXPECT_EQ(open_checkpoint(dir / "model.safetensors")->tensors().count("whole"), 1u);  // has priority, as elsewhere

  const fs::path before = fs::current_path();
  fs::current_path(dir.path());
  const auto here = open_checkpoint("config.json");
  fs::current_path(before);
  EXPECT_EQ(here->tensors().size(), 1u);
}

TEST(HuggingFace, MissingModelIsMissingInput) {
  test::TempDir dir;
  EXPECT_EQ(opening(dir / "nothing").code(), ErrorCode::missing_input);
  const Error empty = opening(dir.path());
  EXPECT_EQ(empty.code(), ErrorCode::missing_input);
  EXPECT_THAT(empty.what(), HasSubstr("config.json"));
  EXPECT_THAT(empty.hint(), HasSubstr("model.safetensors.index.json"));
  EXPECT_EQ(opening(fs::path(std::string(5000, 'x'))).code(), ErrorCode::missing_input);
}

TEST(HuggingFace, PointsAtAGgufFileInTheFolder) {
  test::TempDir dir;
  test::write_file(dir / "model.Q4_1.gguf", "GGUF");
  EXPECT_THAT(opening(dir.path()).hint(), HasSubstr((dir / "model.Q4_1.gguf").string()));
}

TEST(HuggingFace, AFolderWithoutWeightsSaysWhatItLooksFor) {
  test::TempDir dir;
  test::write_config(dir.path());
  test::write_file(dir / "tokenizer.json", "{}");
  const Error error = opening(dir.path());
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.what(), HasSubstr("model.safetensors"));
  EXPECT_THAT(error.what(), HasSubstr("model.safetensors.index.json"));
}

TEST(HuggingFace, PicklesAreRefusedWithTheCommandThatConvertsThem) {
  for (const char* name : {"pytorch_model.bin", "pytorch_model-00001-of-00002.bin"}) {
    test::TempDir dir;
    const fs::path folder = dir / "it's a model";
    fs::create_directory(folder);
    test::write_config(folder);
    test::write_file(folder / name, "pickle");
    const Error error = opening(folder);
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("pytorch_model.bin"));
    EXPECT_THAT(error.hint(), HasSubstr("save_pretrained(sys.argv[2], safe_serialization=True)"));
    const std::string quoted = (dir / "it'\\''s a model").string();
    EXPECT_THAT(error.hint(), HasSubstr("'" + quoted + "' '" + quoted + "-safetensors'"));
  }
}

TEST(HuggingFace, BadConfigurationIsNamed) {
  test::TempDir dir;
  test::write_vectors(dir / "model.safetensors", {{"a", {1}}});
  test::write_file(dir / "config.json", "[]");
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("config.json: it is not a JSON object"));
  test::write_file(dir / "config.json", "{");
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("config.json: not valid JSON"));
}

class ShardIndex : public testing::Test {
 protected:
  ShardIndex() { test::write_sharded(dir_.path()); }

  Error with_index(const std::string& index) {
    test::write_file(dir_ / "model.safetensors.index.json", index);
    return opening(dir_.path());
  }

  test::TempDir dir_;
};

TEST_F(ShardIndex, NeedsAWeightMap) {
  for (const char* index : {"{}", "[]", R"({"weight_map": {}})", R"({"weight_map": ["one.safetensors"]})"}) {
    EXPECT_THAT(with_index(index).what(), HasSubstr("it has no weight_map")) << index;
  }
}

TEST_F(ShardIndex, ShardsArePlainNamesInTheFolder) {
  for (const char* shard : {"\"../one.safetensors\"", "\"/etc/one.safetensors\"", "\"one.bin\"", "\"\"", "1", "null",
                            "\"one.safetensors\\u0000.safetensors\""}) {
    const Error error = with_index(std::string(R"({"weight_map": {"a": )") + shard + "}}");
    EXPECT_EQ(error.code(), ErrorCode::bad_data) << shard;
    EXPECT_THAT(error.what(), HasSubstr("'a'")) << shard;
  }
}

TEST_F(ShardIndex, MissingShardsAreNamed) {
  fs::remove(dir_ / "two.safetensors");
  const Error error = opening(dir_.path());
  EXPECT_EQ(error.code(), ErrorCode::missing_input);
  EXPECT_THAT(error.what(), HasSubstr("two.safetensors"));
  const std::string long_name = std::string(5000, 'x') + ".safetensors";
  EXPECT_EQ(with_index(R"({"weight_map": {"a": ")" + long_name + "\"}}").code(), ErrorCode::missing_input);
}

TEST_F(ShardIndex, EachTensorIsInItsShard) {
  const Error error = with_index(R"({"weight_map": {"a": "two.safetensors", "c": "one.safetensors"}})");
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("two.safetensors: tensor 'a'"));
}

TEST_F(ShardIndex, NoTensorIsInTwoShards) {
  test::write_vectors(dir_ / "two.safetensors", {{"a", {1}}, {"b", {2}}});
  EXPECT_THAT(opening(dir_.path()).what(), HasSubstr("tensor 'a' is in another shard, too"));
}

TEST_F(ShardIndex, DamagedShardsAreNamed) {
  test::write_file(dir_ / "two.safetensors", "short");
  EXPECT_THAT(opening(dir_.path()).what(), HasSubstr((dir_ / "two.safetensors").string()));
}

TEST(HuggingFace, OpensTheSharedFixtures) {
  const auto shared = test::shared_dir();
  if (!shared) GTEST_SKIP() << "shared fixtures are not here";
  for (const char* name : {"llama2", "llama3-gqa-scaled-rope", "llama-tied-headdim", "llama-biases-linear-rope"}) {
    const auto checkpoint = open_checkpoint(*shared / "fixtures" / name);
    const Json& config = checkpoint->config();
    const TensorView& embedding = checkpoint->tensors().at("model.embed_tokens.weight");
    EXPECT_EQ(embedding.shape, (Shape{config["vocab_size"], config["hidden_size"]})) << name;
    EXPECT_EQ(embedding.dtype, config["dtype"] == "bfloat16" ? DType::bf16 : DType::f32) << name;
    EXPECT_EQ(checkpoint->files().size(), std::string(name) == "llama2" ? 6u : 2u) << name;
  }
}

}  // namespace
}  // namespace partwise::internal
