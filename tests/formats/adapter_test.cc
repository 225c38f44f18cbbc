// Refusals of adapters name the base model and the command that merges them.
#include "formats/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/checkpoint.h"
#include "formats/checkpoints.h"
#include "support/errors.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::kLora;
using test::opening;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

void write_adapter(const fs::path& folder, const std::string& config, const std::string& weights) {
  fs::create_directories(folder);
  if (!config.empty()) test::write_file(folder / "adapter_config.json", config);
  test::write_file(folder / weights, "x");
}

TEST(Adapter, AloneIsRefusedWithItsBaseAndHowToMergeIt) {
  for (const char* weights : {"adapter_model.safetensors", "adapter_model.bin"}) {
    const test::TempDir dir;
    write_adapter(dir / "lora", kLora, weights);
    for (const fs::path& given : {dir / "lora", dir / "lora" / "adapter_config.json", dir / "lora" / weights}) {
      const Error error = opening(given);
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
      EXPECT_THAT(error.what(), HasSubstr("LoRA adapter of 'org/base', not a model"));
      EXPECT_THAT(error.hint(), AllOf(HasSubstr("merge_and_unload"), HasSubstr((dir / "lora-merged").string())));
    }
    test::write_config(dir / "lora");  // some programs also write this file
    EXPECT_THAT(opening(dir / "lora").what(), HasSubstr("LoRA adapter of 'org/base'"));
  }
}

// The hint also gives the merged model a tokenizer.
TEST(Adapter, TheMergedModelGetsATokenizer) {
  const test::TempDir dir;
  write_adapter(dir / "lora", kLora, "adapter_model.safetensors");
  EXPECT_THAT(opening(dir / "lora").hint(),
              AllOf(HasSubstr("AutoTokenizer.from_pretrained(PeftConfig"), Not(HasSubstr("cp -n"))));
  test::write_file(dir / "lora" / "tokenizer.json", "{}");
  EXPECT_THAT(opening(dir / "lora").hint(), AllOf(HasSubstr("cp -n"), Not(HasSubstr("AutoTokenizer"))));
}

TEST(Adapter, KindsAreTold) {
  const test::TempDir dir;
  write_adapter(dir.path(), R"({"peft_type": "PROMPT_TUNING", "base_model_name_or_path": null})", "adapter_model.bin");
  EXPECT_THAT(opening(dir.path()).what(), HasSubstr("a PROMPT_TUNING adapter of a model that it does not name"));
  EXPECT_THAT(opening(dir.path()).hint(), AllOf(HasSubstr("cannot be merged"), Not(HasSubstr("merge_and_unload"))));
  write_adapter(dir.path(), R"({"fine_tune_type": "lora", "model": "org/mlx base"})", "adapters.safetensors");
  EXPECT_THAT(opening(dir.path()).hint(), HasSubstr("mlx_lm fuse --model 'org/mlx base'"));
}

TEST(Adapter, ADamagedDescriptionIsAnAdapterAllTheSame) {
  for (const char* config : {"", "[]", "{", R"({"peft_type": 3, "base_model_name_or_path": "a\nb"})"}) {
    const test::TempDir dir;
    write_adapter(dir.path(), config, "adapter_model.safetensors");
    EXPECT_THAT(opening(dir.path()).what(), HasSubstr("LoRA adapter of a model that it does not name")) << config;
  }
}

TEST(Adapter, SeveralInFoldersAreListed) {
  const test::TempDir dir;
  write_adapter(dir / "one", kLora, "adapter_model.safetensors");
  write_adapter(dir / "two", kLora, "adapter_model.bin");
  const Error error = opening(dir.path());
  EXPECT_THAT(error.what(), AllOf(HasSubstr("only adapters in it, in one, two"), HasSubstr("'org/base'")));
  EXPECT_THAT(error.hint(), HasSubstr((dir / "one").string()));
}

}  // namespace
}  // namespace partwise::internal
