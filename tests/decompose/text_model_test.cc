// The folder of a model that also sees images gives the same bits as the folder of its text model.
#include "model/text_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/file.h"
#include "base/json.h"
#include "decompose/decompose.h"
#include "formats/safetensors.h"
#include "support/errors.h"
#include "support/golden.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kGolden = test::source_dir() / "tests" / "golden";

/// A folder with `config`, the same tensors under other names, and two more tensors for images.
void wrap(const fs::path& folder, const fs::path& to, const std::string& before_layers, const Json& config) {
  fs::create_directories(to);
  const SafetensorsFile file(folder / "model.safetensors");
  const std::vector<float> values(4);
  const TensorView image{DType::f32, {4}, std::as_bytes(std::span(values))};
  std::vector<std::pair<std::string, TensorView>> tensors = {{"vision_tower.embeddings.weight", image},
                                                             {"model.multi_modal_projector.norm.weight", image}};
  constexpr std::string_view model = "model.";
  for (const auto& [name, tensor] : file.tensors())
    tensors.emplace_back(name.starts_with(model) ? before_layers + name.substr(model.size()) : "language_model." + name,
                         tensor);
  OutputFile out(to / "model.safetensors");
  write_safetensors(out, tensors, {});
  out.commit();
  test::write_file(to / "config.json", config.dump());
}

Json wrapped(const std::string& type, const Json& text) {
  return {{"architectures", {"SomethingForConditionalGeneration"}},
          {"model_type", type},
          {"text_config", text},
          {"vision_config", {{"hidden_size", 8}}},
          {"mm_tokens_per_image", 256},
          {"image_token_index", 262144},
          {"boi_token_index", 255999},
          {"initializer_range", 0.02}};
}

void expect_same_model(const fs::path& folder, const fs::path& whole) {
  const auto golden = test::read_golden(folder);
  const auto backend = make_cpu_backend(2);
  const Contributions one = decompose(Model::load(folder), *backend, golden.prompts);
  const Contributions other = decompose(Model::load(whole), *backend, golden.prompts);
  for (const auto& [a, b] : {std::pair(one.heads.flat(), other.heads.flat()),
                             {one.mlps.flat(), other.mlps.flat()},
                             {one.logits.flat(), other.logits.flat()}}) {
    ASSERT_EQ(a.size(), b.size());
    EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size_bytes()), 0);
  }
}

TEST(TextModel, Gemma3FromFourBillionOnIsThatOfItsTextFolder) {
  const fs::path folder = kGolden / "tiny-gemma3";
  const Json text = read_json_file(folder / "config.json");
  for (const char* names : {"language_model.model.", "model.language_model."}) {
    const test::TempDir dir;
    wrap(folder, dir / "whole", names, wrapped("gemma3", text));
    expect_same_model(folder, dir / "whole");
  }
}

TEST(TextModel, MistralSmallAndLlavaAreTheirTextModels) {
  const test::TempDir dir;
  const fs::path llama = kGolden / "tiny-llama", unwindowed = kGolden / "tiny-mistral-unwindowed";
  wrap(llama, dir / "llava", "language_model.model.", wrapped("llava", read_json_file(llama / "config.json")));
  expect_same_model(llama, dir / "llava");
  wrap(unwindowed, dir / "mistral3", "language_model.model.",
       wrapped("mistral3", read_json_file(unwindowed / "config.json")));
  expect_same_model(unwindowed, dir / "mistral3");
}

TEST(TextModel, WithoutAHeadTheEmbeddingIsIt) {
  const fs::path tied = kGolden / "tiny-llama-tied";
  const test::TempDir dir;
  Json text = read_json_file(tied / "config.json");
  text["tie_word_embeddings"] = false;  // the other key says it
  Json config = wrapped("llava", text);
  config["tie_word_embeddings"] = true;
  wrap(tied, dir / "whole", "language_model.model.", config);
  expect_same_model(tied, dir / "whole");
}

TEST(TextModel, WhatStandsBesideTheTextModelAndIsNotKnownIsRefused) {
  const fs::path folder = kGolden / "tiny-llama";
  const test::TempDir dir;
  Json config = wrapped("llava", read_json_file(folder / "config.json"));
  config["steering_vector"] = {1.0, 2.0};
  wrap(folder, dir / "whole", "language_model.model.", config);
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "whole"); }).what(), HasSubstr("'steering_vector'"));
  EXPECT_NO_THROW(Model::load(dir / "whole", {.allow_unknown = {"steering_vector"}}));
  config["text_config"]["model_type"] = "mamba";
  test::write_file(dir / "whole" / "config.json", config.dump());
  EXPECT_THAT(test::error_of([&] { Model::load(dir / "whole", {.allow_unknown = {"steering_vector"}}); }).what(),
              HasSubstr("architecture 'mamba' is not supported"));
}

TEST(TextModel, NamesOfTensors) {
  EXPECT_EQ(name_in_text_model("language_model.model.norm.weight"), "model.norm.weight");
  EXPECT_EQ(name_in_text_model("model.language_model.norm.weight"), "model.norm.weight");
  EXPECT_EQ(name_in_text_model("language_model.lm_head.weight"), "lm_head.weight");
  EXPECT_EQ(name_in_text_model("lm_head.weight"), "lm_head.weight");
  EXPECT_EQ(name_in_text_model("model.vision_tower.x"), "");
  EXPECT_EQ(name_in_text_model("audio_tower.x"), "audio_tower.x");  // not renamed, so it is refused as surplus
}

}  // namespace
}  // namespace partwise::internal
